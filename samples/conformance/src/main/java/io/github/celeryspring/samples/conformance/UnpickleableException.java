package io.github.celeryspring.samples.conformance;

import io.github.celeryspring.result.PythonException;
import org.jspecify.annotations.Nullable;

/**
 * The exception of that name in {@code t/integration/tasks.py}: its constructor takes
 * more than it remembers as its arguments.
 */
class UnpickleableException extends PythonException {

	UnpickleableException(@Nullable Object foo) {
		super(Tasks.MODULE, "UnpickleableException", foo);
	}

}
