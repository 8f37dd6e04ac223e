package io.github.celeryspring.task;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Locale;
import java.util.function.Function;

import io.github.celeryspring.annotation.CeleryTask;
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
		String name = text(method, "name", annotation.name());
		if (name == null) {
			name = defaultName(method, owner);
		}
		TaskArguments arguments = new TaskArguments(name, method, owner, this.converters);
		return new TaskDefinition(name, new MethodTaskHandler(arguments, beanMethod),
				text(method, "queue", annotation.queue()), flag(method, "acksLate", annotation.acksLate()),
				flag(method, "ignoreResult", annotation.ignoreResult()),
				flag(method, "trackStarted", annotation.trackStarted()),
				"method '" + TaskMethodException.describe(method) + "' of bean '" + beanName + "'");
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

	private @Nullable Boolean flag(Method method, String attribute, String value) {
		String text = text(method, attribute, value);
		if (text == null) {
			return null;
		}
		return switch (text.toLowerCase(Locale.ROOT)) {
			case "true" -> Boolean.TRUE;
			case "false" -> Boolean.FALSE;
			default -> throw new TaskMethodException(method,
					"has the value '" + text + "' in its attribute '" + attribute + "'",
					"Write 'true' or 'false', or leave it out.");
		};
	}

	private @Nullable String text(Method method, String attribute, String value) {
		String resolved = resolve(method, attribute, value);
		return (StringUtils.hasText(resolved)) ? resolved.trim() : null;
	}

	private @Nullable String resolve(Method method, String attribute, String value) {
		if (!value.contains("${")) {
			return value;
		}
		String problem = "has the unknown placeholder '" + value + "' in its attribute '" + attribute + "'";
		String remedy = "Set the property, or give it a default as in ${name:default}.";
		String resolved;
		try {
			resolved = this.placeholders.apply(value);
		}
		catch (IllegalArgumentException ex) {
			throw new TaskMethodException(method, problem, remedy, ex);
		}
		// A plain context leaves what it does not know as it is.
		if (resolved != null && resolved.contains("${")) {
			throw new TaskMethodException(method, problem, remedy);
		}
		return resolved;
	}

}
