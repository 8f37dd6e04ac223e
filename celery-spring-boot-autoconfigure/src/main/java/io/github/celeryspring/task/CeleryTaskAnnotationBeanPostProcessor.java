package io.github.celeryspring.task;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.kombu.Serializers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Registers the methods with {@link CeleryTask} of all beans as tasks. It looks at the
 * class behind a proxy, at its super classes and at its interfaces, and the task is
 * called through the bean, so that advice applies.
 * <p>
 * The beans are searched once, when all singletons exist; lazy beans and prototypes are
 * searched by type and not created for it. A lazy singleton is created by the first call,
 * a prototype by each call (and, like any prototype, not destroyed), and a scoped bean
 * needs a scoped proxy or an active scope on the worker's threads. Beans that are defined
 * afterwards are searched when they are created; a worker that already runs executes
 * their tasks, but takes no new queue for them.
 * <p>
 * Declare it as a {@code static} bean method. Counterpart of
 * {@code celery.app.autodiscover_tasks}.
 *
 * @since 0.1.0
 */
public final class CeleryTaskAnnotationBeanPostProcessor
		implements BeanPostProcessor, SmartInitializingSingleton, BeanFactoryAware {

	private static final Log logger = LogFactory.getLog(CeleryTaskAnnotationBeanPostProcessor.class);

	private final Supplier<TaskRegistry> registry;

	private final Supplier<TaskMethodReader> reader;

	private final Set<String> searchedBeans = ConcurrentHashMap.newKeySet();

	private final Set<Class<?>> classesWithoutTasks = ConcurrentHashMap.newKeySet();

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private volatile boolean singletonsReady;

	/**
	 * Creates the processor. The suppliers are asked when the first task is found, so
	 * that no bean is created before its time.
	 * @param registry where tasks are registered
	 * @param serializers the mapper for arguments
	 */
	public CeleryTaskAnnotationBeanPostProcessor(Supplier<TaskRegistry> registry, Supplier<Serializers> serializers) {
		this.registry = registry;
		this.reader = SingletonSupplier
			.of(() -> new TaskMethodReader(serializers.get().mapper(), beanFactory()::resolveEmbeddedValue));
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	private ConfigurableListableBeanFactory beanFactory() {
		Assert.state(this.beanFactory != null, "'beanFactory' must be set");
		return this.beanFactory;
	}

	/**
	 * Searches all beans.
	 * @throws TaskMethodException if an annotated method cannot be a task
	 * @throws DuplicateTaskException if two tasks have the same name
	 */
	@Override
	public void afterSingletonsInstantiated() {
		ConfigurableListableBeanFactory beanFactory = beanFactory();
		for (String name : beanFactory.getBeanNamesForType(Object.class, true, false)) {
			boolean existing = beanFactory.containsSingleton(name) && !beanFactory.isFactoryBean(name);
			search(name, (existing) ? beanFactory.getSingleton(name) : null);
		}
		this.singletonsReady = true;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (this.singletonsReady && !this.searchedBeans.contains(beanName) && beanFactory().containsBean(beanName)
				&& !(bean instanceof FactoryBean)) {
			search(beanName, bean);
		}
		return bean;
	}

	private void search(String beanName, @Nullable Object bean) {
		if (ScopedProxyUtils.isScopedTarget(beanName) || !this.searchedBeans.add(beanName)) {
			return;
		}
		Class<?> exposed = (bean != null) ? bean.getClass() : beanFactory().getType(beanName, false);
		if (exposed == null) {
			return;
		}
		String definitionName = (ScopedObject.class.isAssignableFrom(exposed))
				? ScopedProxyUtils.getTargetBeanName(beanName) : beanName;
		Class<?> type = targetClass(definitionName, exposed, bean);
		Map<Method, CeleryTask> methods = annotatedMethods(type);
		methods.forEach((method, annotation) -> {
			BeanMethod beanMethod = new BeanMethod(beanFactory(), beanName, method);
			beanMethod.check(exposed);
			Type owner = owner(definitionName, type);
			this.registry.get().register(this.reader.get().read(annotation, method, owner, beanName, beanMethod));
		});
	}

	private Class<?> targetClass(String definitionName, Class<?> exposed, @Nullable Object bean) {
		BeanDefinition definition = definition(definitionName);
		Object original = (definition != null) ? definition.getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE)
				: null;
		if (original instanceof Class<?> type) {
			return type;
		}
		if (ScopedObject.class.isAssignableFrom(exposed)) {
			Class<?> type = beanFactory().getType(definitionName, false);
			return (type != null) ? type : exposed;
		}
		return (bean != null) ? AopProxyUtils.ultimateTargetClass(bean) : exposed;
	}

	/** The class, with its type arguments if the definition of the bean tells them. */
	private Type owner(String definitionName, Class<?> type) {
		Class<?> userClass = ClassUtils.getUserClass(type);
		BeanDefinition definition = definition(definitionName);
		ResolvableType declared = (definition != null) ? definition.getResolvableType() : ResolvableType.NONE;
		return (declared.resolve() == userClass) ? declared.getType() : userClass;
	}

	private @Nullable BeanDefinition definition(String beanName) {
		return beanFactory().containsBeanDefinition(beanName) ? beanFactory().getMergedBeanDefinition(beanName) : null;
	}

	private Map<Method, CeleryTask> annotatedMethods(Class<?> type) {
		if (this.classesWithoutTasks.contains(type) || !AnnotationUtils.isCandidateClass(type, CeleryTask.class)) {
			return Map.of();
		}
		Map<Method, CeleryTask> methods;
		try {
			methods = MethodIntrospector.selectMethods(type,
					(Method method) -> AnnotatedElementUtils.findMergedAnnotation(method, CeleryTask.class));
		}
		catch (IllegalStateException | LinkageError ex) {
			logger.warn("Class " + type.getName() + " could not be searched for tasks", ex);
			return Map.of();
		}
		if (methods.isEmpty()) {
			this.classesWithoutTasks.add(type);
		}
		return methods;
	}

}
