package io.github.celeryspring.samples.conformance;

import io.github.celeryspring.result.PythonException;
import org.jspecify.annotations.Nullable;

/**
 * The exception of that name in {@code t/integration/tasks.py}.
 */
class ExpectedException extends PythonException {

	ExpectedException(@Nullable Object... arguments) {
		super(Tasks.MODULE, "ExpectedException", arguments);
	}

}
