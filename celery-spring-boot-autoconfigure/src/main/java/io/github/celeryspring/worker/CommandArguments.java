package io.github.celeryspring.worker;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Reads arguments of commands as tolerantly as Python.
 */
final class CommandArguments {

	private CommandArguments() {
	}

	/** {@code {"ok": ...}}. */
	static Map<String, Object> ok(Object value) {
		return Map.of("ok", value);
	}

	/** {@code {"error": ...}}. */
	static Map<String, Object> error(Object value) {
		return Map.of("error", value);
	}

	/** Python's {@code maybe_list}: one text is a list of one. */
	static List<String> texts(@Nullable Object value) {
		if (value instanceof Collection<?> values) {
			return values.stream().filter(Objects::nonNull).map(String::valueOf).toList();
		}
		return (value != null) ? List.of(String.valueOf(value)) : List.of();
	}

	static boolean isTrue(@Nullable Object value) {
		return Boolean.TRUE.equals(value) || (value instanceof Number number && number.doubleValue() != 0)
				|| "true".equals(value);
	}

	static String required(Map<String, @Nullable Object> arguments, String name) {
		Object value = arguments.get(name);
		if (value == null) {
			throw new IllegalArgumentException("argument " + name + " is missing");
		}
		return value.toString();
	}

}
