package io.github.celeryspring.protocol;

import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Python's {@code repr} of exceptions.
 *
 * @since 0.1.0
 */
public final class PythonRepr {

	private PythonRepr() {
	}

	/**
	 * Shows an exception as Python would.
	 * @param type the name of its class, inside its module
	 * @param args its arguments
	 * @return such as {@code ValueError('boom', 1)}
	 */
	public static String exception(String type, List<? extends @Nullable Object> args) {
		return args.stream()
			.map(ReprFormat::of)
			.collect(Collectors.joining(", ", type.substring(type.lastIndexOf('.') + 1) + "(", ")"));
	}

}
