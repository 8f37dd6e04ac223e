package io.github.celeryspring.task;

import java.util.List;

import io.github.celeryspring.kombu.Serializers;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application context in which beans with tasks are found.
 */
final class TaskApplication implements AutoCloseable {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	AnnotationConfigApplicationContext context() {
		return this.context;
	}

	void refresh(Class<?>... types) {
		this.context.register(Processing.class);
		for (Class<?> type : types) {
			this.context.registerBean(StringUtils.uncapitalize(type.getSimpleName()), type);
		}
		this.context.refresh();
	}

	List<String> names() {
		return this.context.getBean(TaskRegistry.class).all().stream().map(TaskDefinition::name).toList();
	}

	TaskDefinition definition(String name) {
		TaskDefinition definition = this.context.getBean(TaskRegistry.class).find(name);
		assertThat(definition).as(name).isNotNull();
		return definition;
	}

	@Nullable Object call(String name, String args) {
		return TaskCall.call(definition(name).handler(), args, "{}");
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	static class Processing {

		@Bean
		static CeleryTaskAnnotationBeanPostProcessor celeryTaskAnnotationBeanPostProcessor(
				ObjectProvider<TaskRegistry> registry, ObjectProvider<Serializers> serializers) {
			return new CeleryTaskAnnotationBeanPostProcessor(registry::getObject, serializers::getObject);
		}

		@Bean
		TaskRegistry celeryTaskRegistry() {
			return new TaskRegistry();
		}

		@Bean
		Serializers celerySerializers() {
			return new Serializers(TaskCall.MAPPER);
		}

	}

}
