package io.github.celeryspring.task;

import java.lang.reflect.Executable;
import java.lang.reflect.TypeVariable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;

/**
 * A parameter of a task method that takes an argument of the call. Immutable.
 */
final class TaskParameter {

	private static final int MAX_SHOWN = 60;

	private static final int MAX_REASON = 200;

	private final String task;

	private final int index;

	private final String name;

	private final String pythonName;

	private final String type;

	private final ArgumentConverters converters;

	private final ArgumentConverter converter;

	private final boolean required;

	private final boolean nullable;

	private final @Nullable Object nullValue;

	TaskParameter(String task, MethodParameter parameter, JavaType type, ArgumentConverters converters) {
		this.task = task;
		this.index = parameter.getParameterIndex();
		this.name = String.valueOf(parameter.getParameterName());
		this.pythonName = this.name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
		this.type = type.toCanonical().replaceAll("(\\w+\\.)+", "");
		this.converters = converters;
		this.converter = converters.forType(type);
		Nullness nullness = nullness(parameter);
		boolean optional = type.hasRawClass(Optional.class);
		boolean tree = type.hasRawClass(JsonNode.class);
		this.required = !optional && nullness != Nullness.NULLABLE;
		this.nullable = optional || tree || (nullness != Nullness.NON_NULL && !type.isPrimitive());
		this.nullValue = (optional) ? Optional.empty() : (tree) ? NullNode.instance : null;
	}

	/**
	 * A type argument may be nullable where the type variable is not said to be, and so
	 * may the elements of a parameter with variable arity.
	 */
	private static Nullness nullness(MethodParameter parameter) {
		Nullness nullness = Nullness.forMethodParameter(parameter);
		boolean unknown = parameter.getGenericParameterType() instanceof TypeVariable<?> || isRest(parameter);
		return (unknown && nullness == Nullness.NON_NULL) ? Nullness.UNSPECIFIED : nullness;
	}

	private static boolean isRest(MethodParameter parameter) {
		Executable executable = parameter.getExecutable();
		return executable.isVarArgs() && parameter.getParameterIndex() == executable.getParameterCount() - 1;
	}

	int index() {
		return this.index;
	}

	String name() {
		return this.name;
	}

	/**
	 * The name as Python writes it: {@code user_id} for {@code userId}.
	 */
	String pythonName() {
		return this.pythonName;
	}

	boolean required() {
		return this.required;
	}

	/**
	 * The value of the parameter when the call has no argument for it.
	 * @return the value
	 * @throws TaskArgumentException if the parameter needs one
	 */
	@Nullable Object absent() {
		if (this.required) {
			throw new TaskArgumentException(
					"Task '%s' lacks the argument '%s' (%s)".formatted(this.task, this.name, this.type));
		}
		return (this.nullValue instanceof NullNode) ? null : this.nullValue;
	}

	/**
	 * Converts an argument.
	 * @param argument the argument, a tree if it came over the wire
	 * @return the value of the parameter
	 * @throws TaskArgumentException if the argument is not of the parameter's type
	 */
	@Nullable Object convert(@Nullable Object argument) {
		JsonNode node = (argument instanceof JsonNode tree) ? tree : this.converters.toTree(argument);
		if (node.isNull()) {
			if (!this.nullable) {
				throw new TaskArgumentException(prefix() + "must be %s but is null".formatted(this.type));
			}
			return this.nullValue;
		}
		try {
			return this.converter.convert(node);
		}
		catch (JacksonException ex) {
			throw new TaskArgumentException(
					prefix() + "cannot be read as %s: %s%s".formatted(this.type, path(ex), reason(ex)), ex);
		}
		catch (IllegalArgumentException ex) {
			throw new TaskArgumentException(prefix() + "must be %s but is %s".formatted(this.type, show(node)), ex);
		}
	}

	private String prefix() {
		return "Task '%s': argument '%s' ".formatted(this.task, this.name);
	}

	private static String show(JsonNode node) {
		if (node.isContainer()) {
			return (node.isArray()) ? "a list" : "an object";
		}
		return shorten(node.toString(), MAX_SHOWN);
	}

	private static String path(JacksonException ex) {
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference reference : ex.getPath()) {
			if (reference.getPropertyName() != null) {
				path.append((path.isEmpty()) ? "" : ".").append(reference.getPropertyName());
			}
			else {
				path.append('[').append(reference.getIndex()).append(']');
			}
		}
		return (path.isEmpty()) ? "" : "at " + path + ": ";
	}

	private static String reason(JacksonException ex) {
		List<String> lines = String.valueOf(ex.getOriginalMessage()).lines().toList();
		return shorten((lines.isEmpty()) ? ex.getClass().getSimpleName() : lines.get(0), MAX_REASON);
	}

	private static String shorten(String text, int length) {
		return (text.length() <= length) ? text : text.substring(0, length) + "...";
	}

}
