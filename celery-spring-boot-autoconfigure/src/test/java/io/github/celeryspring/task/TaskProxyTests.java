package io.github.celeryspring.task;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.task.TaskApplication.Processing;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for tasks on proxied beans: they are found behind the proxy and called through
 * it.
 */
class TaskProxyTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final AtomicInteger advised = new AtomicInteger();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void calledThroughAClassProxy() {
		refresh(true, ServiceConfiguration.class);
		assertThat(call("serviceImpl.declared")).isEqualTo("declared by bean");
		assertThat(this.advised).hasValue(1);
		assertThat(call("serviceImpl.undeclared")).isEqualTo("undeclared by bean");
		assertThat(call("serviceImpl.hidden")).isEqualTo("hidden by bean");
		assertThat(this.advised).hasValue(3);
	}

	@Test
	void calledThroughAnInterfaceProxy() {
		refresh(false, DeclaredConfiguration.class);
		assertThat(call("declaredOnly.declared")).isEqualTo("declared");
		assertThat(this.advised).hasValue(1);
	}

	@Test
	void aMethodThatTheInterfaceProxyLacksIsRefusedAtStartup() {
		assertThatExceptionOfType(TaskMethodException.class)
			.isThrownBy(() -> refresh(false, ServiceConfiguration.class))
			.withMessageContaining("is not on any interface of the proxy that bean 'advisedService' is. "
					+ "Declare it on an interface that the class implements, or let Spring proxy the class");
	}

	@Test
	void aMethodThatTheInterfaceProxyOfALazyBeanLacksFailsTheCall() {
		refresh(false, LazyConfiguration.class);
		assertThatExceptionOfType(TaskMethodException.class).isThrownBy(() -> call("serviceImpl.undeclared"))
			.withMessageContaining("is not on any interface");
		assertThat(call("serviceImpl.declared")).isEqualTo("declared by bean");
	}

	@Test
	void methodsThatAClassProxyCannotOverrideAreRefusedAtStartup() {
		assertThatExceptionOfType(TaskMethodException.class).isThrownBy(() -> refresh(true, FinalConfiguration.class))
			.withMessageContaining("is called through the proxy of bean 'advisedFinal', which cannot override it. "
					+ "Make it public and not final.");
		try (AnnotationConfigApplicationContext second = new AnnotationConfigApplicationContext()) {
			assertThatExceptionOfType(TaskMethodException.class)
				.isThrownBy(() -> refresh(second, true, PrivateConfiguration.class))
				.withMessageContaining("which cannot override it");
		}
	}

	@Test
	void aProxyThatTheApplicationMakesIsLookedThrough() {
		refresh(true, ManualConfiguration.class);
		assertThat(call("declaredOnly.declared")).isEqualTo("declared");
		assertThat(ManualConfiguration.calls).hasValue(1);
	}

	@Test
	void aScopedBeanIsOneTaskAndIsCalledThroughItsScope() throws Exception {
		this.context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
		refresh(true, ScopedConfiguration.class);
		assertThat(this.context.getBean(TaskRegistry.class).all()).hasSize(2);
		assertThat(ScopedTasks.created).hasValue(0);
		assertThat(call("scopedTasks.run")).isEqualTo(1);
		assertThat(call("scopedTasks.run")).isEqualTo(1);
		AtomicInteger elsewhere = new AtomicInteger();
		Thread other = new Thread(() -> elsewhere.set((Integer) call("scopedTasks.run")));
		other.start();
		other.join();
		assertThat(elsewhere).hasValue(2);
		assertThat(call("declaredOnly.declared")).isEqualTo("declared");
	}

	private void refresh(boolean proxyTargetClass, Class<?> configuration) {
		refresh(this.context, proxyTargetClass, configuration);
	}

	private void refresh(AnnotationConfigApplicationContext context, boolean proxyTargetClass, Class<?> configuration) {
		context.register(Processing.class, configuration);
		context.registerBean("counter", MethodInterceptor.class, () -> (invocation) -> {
			this.advised.incrementAndGet();
			return invocation.proceed();
		});
		context.registerBean(BeanNameAutoProxyCreator.class, () -> {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("advised*");
			creator.setInterceptorNames("counter");
			creator.setProxyTargetClass(proxyTargetClass);
			return creator;
		});
		context.refresh();
	}

	private @Nullable Object call(String name) {
		TaskDefinition definition = this.context.getBean(TaskRegistry.class).find(name);
		assertThat(definition).as(name).isNotNull();
		return TaskCall.call(definition.handler(), "[]", "{}");
	}

	interface Service {

		String declared();

	}

	static class ServiceImpl implements Service {

		private final String by = "bean";

		@Override
		@CeleryTask
		public String declared() {
			return "declared by " + this.by;
		}

		@CeleryTask
		public String undeclared() {
			return "undeclared by " + this.by;
		}

		@CeleryTask
		String hidden() {
			return "hidden by " + this.by;
		}

	}

	static class DeclaredOnly implements Service {

		@Override
		@CeleryTask
		public String declared() {
			return "declared";
		}

	}

	static class FinalTasks {

		@CeleryTask
		public final void run() {
		}

	}

	static class PrivateTasks {

		@CeleryTask
		private void run() {
		}

	}

	static class ScopedTasks {

		static final AtomicInteger created = new AtomicInteger();

		private final int number = created.incrementAndGet();

		@CeleryTask
		public int run() {
			return this.number;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ServiceConfiguration {

		@Bean
		Service advisedService() {
			return new ServiceImpl();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyConfiguration {

		@Bean
		@Lazy
		ServiceImpl advisedService() {
			return new ServiceImpl();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredConfiguration {

		@Bean
		Service advisedService() {
			return new DeclaredOnly();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalConfiguration {

		@Bean
		FinalTasks advisedFinal() {
			return new FinalTasks();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrivateConfiguration {

		@Bean
		PrivateTasks advisedPrivate() {
			return new PrivateTasks();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ManualConfiguration {

		static final AtomicInteger calls = new AtomicInteger();

		@Bean
		Service manual() {
			calls.set(0);
			ProxyFactory factory = new ProxyFactory(new DeclaredOnly());
			factory.addAdvice((MethodInterceptor) (invocation) -> {
				calls.incrementAndGet();
				return invocation.proceed();
			});
			return (Service) factory.getProxy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedConfiguration {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		ScopedTasks scoped() {
			return new ScopedTasks();
		}

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.INTERFACES)
		DeclaredOnly byInterface() {
			return new DeclaredOnly();
		}

	}

}
