package io.github.celeryspring.worker;

import java.util.List;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.protocol.PythonRepr;
import io.github.celeryspring.result.TaskFailure;

/**
 * Thrown where Celery raises an exception of its own or of Python: callers get that one.
 */
final class PythonException extends CeleryException {

	private final transient TaskFailure failure;

	PythonException(TaskFailure failure) {
		super(repr(failure));
		this.failure = failure;
	}

	static PythonException ofCelery(String type, String message) {
		return new PythonException(TaskFailure.ofCelery(type, message));
	}

	static PythonException ofPython(String type, String message) {
		return new PythonException(new TaskFailure(type, List.of(message), "builtins"));
	}

	static String repr(TaskFailure failure) {
		return PythonRepr.exception(failure.type(), failure.message());
	}

	TaskFailure failure() {
		return this.failure;
	}

}
