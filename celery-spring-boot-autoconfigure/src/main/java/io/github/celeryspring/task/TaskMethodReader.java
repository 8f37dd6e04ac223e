package io.github.celeryspring.task;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.canvas.TaskOptionsBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Makes the definition of a task from an annotated method.
 */
final class TaskMethodReader {

	private final Function<String, @Nullable String> placeholders;

	private final ArgumentConverters converters;

	/**
	 * Creates the reader.
	 * @param mapper converts arguments
	 * @param placeholders resolves <code>${...}</code>; fails if it cannot
	 */
	TaskMethodReader(JsonMapper mapper, Function<String, @Nullable String> placeholders) {
		this.placeholders = placeholders;
		this.converters = new ArgumentConverters(mapper);
	}

	/**
	 * Makes the definition.
	 * @param annotation the annotation, its aliases resolved
	 * @param method the method of the class behind the bean
	 * @param owner the type of the bean
	 * @param beanName the name of the bean
	 * @param beanMethod how to call the method
	 * @return the definition
	 * @throws TaskMethodException if the method cannot be a task
	 */
	TaskDefinition read(CeleryTask annotation, Method method, Type owner, String beanName, BeanMethod beanMethod) {
		AnnotationText text = new AnnotationText(method, this.placeholders);
		String name = text.text("name", annotation.name());
		if (name == null) {
			name = defaultName(method, owner);
		}
		TaskArguments arguments = new TaskArguments(name, method, owner, this.converters);
		TaskDefinitionBuilder task = TaskDefinition.builder(name, new MethodTaskHandler(arguments, beanMethod))
			.source("method '" + TaskMethodException.describe(method) + "' of bean '" + beanName + "'")
			.retryPolicy(retryPolicy(annotation, text))
			.options((options) -> options(options, annotation, text));
		settings(task, annotation, text);
		try {
			return task.build();
		}
		catch (IllegalArgumentException ex) {
			throw new TaskMethodException(method, "has attributes that contradict each other: " + ex.getMessage(),
					"Change one of them.", ex);
		}
	}

	private String defaultName(Method method, Type owner) {
		Class<?> type = this.converters.rawClass(owner);
		String simpleName = ClassUtils.getUserClass(type).getSimpleName();
		if (simpleName.isEmpty()) {
			throw new TaskMethodException(method, "belongs to a class without a name",
					"Name the task: @CeleryTask(\"...\").");
		}
		return StringUtils.uncapitalizeAsProperty(simpleName) + "." + method.getName();
	}

	private static void settings(TaskDefinitionBuilder task, CeleryTask annotation, AnnotationText text) {
		Boolean either = text.flag("acksOnFailureOrTimeout", annotation.acksOnFailureOrTimeout());
		Boolean failure = text.flag("acksOnFailure", annotation.acksOnFailure());
		Boolean timeout = text.flag("acksOnTimeout", annotation.acksOnTimeout());
		task.acksLate(text.flag("acksLate", annotation.acksLate()))
			.acksOnFailure((failure != null) ? failure : either)
			.acksOnTimeout((timeout != null) ? timeout : either)
			.trackStarted(text.flag("trackStarted", annotation.trackStarted()))
			.storeErrorsEvenIfIgnored(text.flag("storeErrorsEvenIfIgnored", annotation.storeErrorsEvenIfIgnored()))
			.rateLimit(text.rate("rateLimit", annotation.rateLimit()))
			.expected(List.of(annotation.expected()));
	}

	private static void options(TaskOptionsBuilder options, CeleryTask annotation, AnnotationText text) {
		options.serializer(text.text("serializer", annotation.serializer()))
			.compression(text.text("compression", annotation.compression()));
		set(text.text("queue", annotation.queue()), (queue) -> options.queue(queue));
		set(text.flag("ignoreResult", annotation.ignoreResult()), (ignore) -> options.ignoreResult(ignore));
		set(text.duration("expires", annotation.expires()), (expires) -> options.expires(expires));
		set(text.duration("softTimeLimit", annotation.softTimeLimit()), options::softTimeLimit);
		set(text.duration("timeLimit", annotation.timeLimit()), options::timeLimit);
		if (annotation.priority() >= 0) {
			options.priority(annotation.priority());
		}
	}

	private static <T> void set(@Nullable T value, Consumer<T> setter) {
		if (value != null) {
			setter.accept(value);
		}
	}

	private static RetryPolicy retryPolicy(CeleryTask annotation, AnnotationText text) {
		RetryPolicy defaults = RetryPolicy.DEFAULTS;
		Duration delay = text.duration("defaultRetryDelay", annotation.defaultRetryDelay());
		Duration longest = text.duration("retryBackoffMax", annotation.retryBackoffMax());
		return new RetryPolicy(List.of(annotation.autoretryFor()), List.of(annotation.dontAutoretryFor()),
				annotation.maxRetries(), (delay != null) ? delay : defaults.defaultRetryDelay(),
				backoff(annotation, text), (longest != null) ? longest : defaults.retryBackoffMax(),
				annotation.retryJitter());
	}

	private static @Nullable Duration backoff(CeleryTask annotation, AnnotationText text) {
		String value = text.text("retryBackoff", annotation.retryBackoff());
		if (value == null || value.equalsIgnoreCase("false")) {
			return null;
		}
		Duration backoff = text.duration("retryBackoff", value.equalsIgnoreCase("true") ? "1s" : value);
		return (backoff == null || backoff.isZero()) ? null : backoff;
	}

}
