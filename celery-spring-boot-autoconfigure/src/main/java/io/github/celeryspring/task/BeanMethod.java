package io.github.celeryspring.task;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * A method of a bean, called through the bean, so that what Spring has put around the
 * bean (transactions, scopes) is around the call too. A singleton is looked up once and
 * not before the first call; any other bean is looked up at each call. Thread-safe.
 */
final class BeanMethod {

	private final BeanFactory beanFactory;

	private final String beanName;

	private final Method method;

	private volatile @Nullable Target singleton;

	/**
	 * Prepares the calls of a method.
	 * @param beanFactory where the bean is
	 * @param beanName the name of the bean
	 * @param method the method of the class behind the bean
	 */
	BeanMethod(BeanFactory beanFactory, String beanName, Method method) {
		this.beanFactory = beanFactory;
		this.beanName = beanName;
		this.method = method;
	}

	/**
	 * Fails if calls would not get through to the method.
	 * @param exposed the class that the bean shows, perhaps that of a proxy
	 * @throws TaskMethodException if so
	 */
	void check(Class<?> exposed) {
		invocable(exposed);
	}

	/**
	 * Calls the method.
	 * @param arguments the values of its parameters
	 * @return what it returns
	 * @throws Exception what it throws, unchanged
	 */
	@Nullable Object invoke(@Nullable Object[] arguments) throws Exception {
		Target target = this.singleton;
		if (target == null) {
			target = resolve();
		}
		try {
			return target.method().invoke(target.bean(), arguments);
		}
		catch (InvocationTargetException ex) {
			throw unwrap(ex.getTargetException());
		}
	}

	private static Exception unwrap(Throwable thrown) {
		if (thrown instanceof Error error) {
			throw error;
		}
		return (thrown instanceof Exception exception) ? exception : new UndeclaredThrowableException(thrown);
	}

	private Target resolve() {
		Object bean = this.beanFactory.getBean(this.beanName);
		Target target = new Target(bean, invocable(bean.getClass()));
		if (this.beanFactory.isSingleton(this.beanName)) {
			this.singleton = target;
		}
		return target;
	}

	private Method invocable(Class<?> exposed) {
		int modifiers = this.method.getModifiers();
		if (Modifier.isStatic(modifiers)) {
			throw new TaskMethodException(this.method, "is static, but tasks are called through their bean",
					"Make it an instance method.");
		}
		if (SpringProxy.class.isAssignableFrom(exposed) && !Proxy.isProxyClass(exposed) && !isOverridable(exposed)) {
			throw new TaskMethodException(this.method,
					"is called through the proxy of bean '" + this.beanName + "', which cannot override it",
					"Make it public and not final.");
		}
		try {
			Method invocable = AopUtils.selectInvocableMethod(this.method, exposed);
			ReflectionUtils.makeAccessible(invocable);
			return invocable;
		}
		catch (IllegalStateException ex) {
			throw new TaskMethodException(this.method,
					"is not on any interface of the proxy that bean '" + this.beanName + "' is",
					"Declare it on an interface that the class implements, or let Spring proxy the class "
							+ "(proxyTargetClass = true, spring.aop.proxy-target-class=true).",
					ex);
		}
	}

	/** Otherwise the call would run on the proxy object itself, with all fields null. */
	private boolean isOverridable(Class<?> proxy) {
		int modifiers = this.method.getModifiers();
		if (Modifier.isPrivate(modifiers) || Modifier.isFinal(modifiers)) {
			return false;
		}
		return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers)
				|| this.method.getDeclaringClass().getPackage() == proxy.getPackage();
	}

	private record Target(Object bean, Method method) {

	}

}
