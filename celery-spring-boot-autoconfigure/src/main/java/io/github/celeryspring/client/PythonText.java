package io.github.celeryspring.client;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * Shows the arguments of a remote exception as Python's {@code str(exception)} does.
 */
final class PythonText {

	private PythonText() {
	}

	static String message(List<? extends @Nullable Object> arguments) {
		if (arguments.size() == 1) {
			Object only = arguments.get(0);
			return (only instanceof String text) ? text : repr(only);
		}
		return (!arguments.isEmpty()) ? joined("(", arguments, ")") : "";
	}

	private static String repr(@Nullable Object value) {
		if (value == null) {
			return "None";
		}
		if (value instanceof Boolean bool) {
			return bool ? "True" : "False";
		}
		if (value instanceof CharSequence text) {
			return "'" + text.toString().replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
		}
		if (value instanceof List<?> list) {
			return joined("[", list, "]");
		}
		if (value instanceof Map<?, ?> map) {
			StringJoiner text = new StringJoiner(", ", "{", "}");
			map.forEach((key, each) -> text.add(repr(key) + ": " + repr(each)));
			return text.toString();
		}
		return value.toString();
	}

	private static String joined(String begin, List<? extends @Nullable Object> values, String end) {
		StringJoiner text = new StringJoiner(", ", begin, end);
		values.forEach((value) -> text.add(repr(value)));
		return text.toString();
	}

}
