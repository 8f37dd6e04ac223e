package io.github.celeryspring.samples.conformance;

import io.github.celeryspring.result.PythonException;
import org.jspecify.annotations.Nullable;

/**
 * Python's {@code ValueError}.
 */
class ValueError extends PythonException {

	ValueError(@Nullable Object... arguments) {
		super("builtins", "ValueError", arguments);
	}

}
