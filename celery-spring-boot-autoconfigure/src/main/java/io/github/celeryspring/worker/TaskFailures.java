package io.github.celeryspring.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

import io.github.celeryspring.protocol.PythonRepr;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.task.MaxRetriesExceededException;
import io.github.celeryspring.task.RejectException;
import io.github.celeryspring.task.SoftTimeLimitExceededException;
import io.github.celeryspring.task.TaskArgumentException;
import io.github.celeryspring.worker.TaskOutcome.Failure;

/**
 * Makes failures of what tasks throw. What is thrown is not trusted: its message or its
 * stack trace may throw in turn.
 */
final class TaskFailures {

	private TaskFailures() {
	}

	static Failure of(Throwable thrown) {
		return new Failure(document(thrown), traceback(thrown));
	}

	/**
	 * The result cannot be written. Celery's task fails with kombu's error then.
	 */
	static Failure notSerializable(Throwable thrown) {
		return new Failure(new TaskFailure("EncodeError", List.of(message(thrown)), "kombu.exceptions"),
				traceback(thrown));
	}

	/**
	 * The backend refused the document for good; this one is small enough for any.
	 */
	static Failure notStored(Throwable thrown) {
		String message = "The result could not be stored: " + message(thrown);
		return new Failure(TaskFailure.ofCelery("BackendStoreError", message), null);
	}

	private static TaskFailure document(Throwable thrown) {
		if (thrown instanceof TaskArgumentException) {
			// What Python raises for it, and what its callers catch.
			return new TaskFailure("TypeError", List.of(message(thrown)), "builtins");
		}
		if (thrown instanceof SoftTimeLimitExceededException) {
			return new TaskFailure("SoftTimeLimitExceeded", List.of(), "billiard.exceptions");
		}
		if (thrown instanceof MaxRetriesExceededException) {
			return TaskFailure.ofCelery("MaxRetriesExceededError", message(thrown));
		}
		if (thrown instanceof RejectException reject) {
			return TaskFailure.ofCelery("Reject", message(thrown), reject.requeue());
		}
		try {
			return TaskFailure.of(thrown);
		}
		catch (Throwable ex) {
			return new TaskFailure(thrown.getClass().getName(), List.of(), null);
		}
	}

	private static String message(Throwable thrown) {
		try {
			String message = thrown.getMessage();
			return (message != null) ? message : thrown.getClass().getName();
		}
		catch (Throwable ex) {
			return thrown.getClass().getName();
		}
	}

	/** Python's {@code repr()} of an exception. */
	static String repr(TaskFailure failure) {
		return PythonRepr.exception(failure.type(), failure.message());
	}

	/** The stack trace as text. */
	static String traceback(Throwable thrown) {
		try {
			StringWriter text = new StringWriter(1024);
			thrown.printStackTrace(new PrintWriter(text));
			return text.toString();
		}
		catch (Throwable ex) {
			return thrown.getClass().getName();
		}
	}

}
