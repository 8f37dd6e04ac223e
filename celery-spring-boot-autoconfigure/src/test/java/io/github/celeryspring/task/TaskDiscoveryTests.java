package io.github.celeryspring.task;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.task.CeleryTaskAnnotationBeanPostProcessorTests.MathTasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.support.GenericBeanDefinition;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CeleryTaskAnnotationBeanPostProcessor} with all kinds of beans.
 */
class TaskDiscoveryTests {

	private final TaskApplication application = new TaskApplication();

	@AfterEach
	void close() {
		this.application.close();
	}

	@Test
	void methodsOfConfigurationClassesAreFound() {
		this.application.refresh(ConfigurationWithTask.class);
		assertThat(this.application.names()).containsExactly("configurationWithTask.run");
		assertThat(this.application.call("configurationWithTask.run", "[]")).isEqualTo("done");
	}

	@Test
	void lazyBeansAreFoundWithoutBeingCreated() {
		LazyTasks.created.set(0);
		this.application.refresh(LazyTasks.class);
		assertThat(this.application.names()).containsExactly("lazyTasks.run");
		assertThat(LazyTasks.created).hasValue(0);
		assertThat(this.application.call("lazyTasks.run", "[]")).isEqualTo(1);
		assertThat(this.application.call("lazyTasks.run", "[]")).isEqualTo(1);
	}

	@Test
	void prototypesAreCreatedByEachCall() {
		PrototypeTasks.created.set(0);
		this.application.refresh(PrototypeTasks.class);
		assertThat(PrototypeTasks.created).hasValue(0);
		assertThat(this.application.call("prototypeTasks.run", "[]")).isEqualTo(1);
		assertThat(this.application.call("prototypeTasks.run", "[]")).isEqualTo(2);
	}

	@Test
	void productsOfFactoryBeansAreFound() {
		this.application.refresh(MathTasksFactoryBean.class);
		assertThat(this.application.names()).containsExactly("mathTasks.add");
		assertThat(this.application.call("mathTasks.add", "[1, 2]")).isEqualTo(3);
	}

	@Test
	void abstractBeanDefinitionsAreNotTasks() {
		GenericBeanDefinition definition = new GenericBeanDefinition();
		definition.setBeanClass(MathTasks.class);
		definition.setAbstract(true);
		this.application.context().registerBeanDefinition("template", definition);
		this.application.refresh();
		assertThat(this.application.names()).isEmpty();
	}

	@Test
	void singletonsRegisteredAsObjectsAreFound() {
		this.application.context().getBeanFactory().registerSingleton("manual", new MathTasks());
		this.application.refresh();
		assertThat(this.application.call("mathTasks.add", "[1, 2]")).isEqualTo(3);
	}

	@Test
	void beansDefinedAfterStartupAreFoundWhenCreated() {
		this.application.refresh();
		this.application.context().registerBean("late", MathTasks.class);
		assertThat(this.application.names()).isEmpty();
		this.application.context().getBean("late");
		assertThat(this.application.call("mathTasks.add", "[1, 2]")).isEqualTo(3);
	}

	@Test
	void withoutTasksNothingIsCreatedForThem() {
		this.application.context()
			.registerBean(CeleryTaskAnnotationBeanPostProcessor.class,
					() -> new CeleryTaskAnnotationBeanPostProcessor(() -> failing(TaskRegistry.class),
							() -> failing(Serializers.class)));
		this.application.context().refresh();
		assertThat(this.application.context().isActive()).isTrue();
	}

	private static <T> T failing(Class<T> type) {
		throw new IllegalStateException("Asked for " + type.getName());
	}

	@Configuration
	static class ConfigurationWithTask {

		@CeleryTask
		String run() {
			return "done";
		}

	}

	@Lazy
	@Component
	static class LazyTasks {

		static final AtomicInteger created = new AtomicInteger();

		LazyTasks() {
			created.incrementAndGet();
		}

		@CeleryTask
		int run() {
			return created.get();
		}

	}

	@Scope("prototype")
	@Component
	static class PrototypeTasks {

		static final AtomicInteger created = new AtomicInteger();

		PrototypeTasks() {
			created.incrementAndGet();
		}

		@CeleryTask
		int run() {
			return created.get();
		}

	}

	static class MathTasksFactoryBean implements FactoryBean<MathTasks> {

		@Override
		public MathTasks getObject() {
			return new MathTasks();
		}

		@Override
		public Class<?> getObjectType() {
			return MathTasks.class;
		}

	}

}
