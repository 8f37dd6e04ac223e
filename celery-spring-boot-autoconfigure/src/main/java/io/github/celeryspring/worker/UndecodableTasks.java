package io.github.celeryspring.worker;

import java.time.Clock;
import java.util.List;

import io.github.celeryspring.ContentDisallowedException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * Makes failures of messages whose envelope can be read, but not what is in it.
 */
final class UndecodableTasks {

	private UndecodableTasks() {
	}

	/**
	 * The document for whoever waits for the task.
	 * @param envelope the message
	 * @param exception what is wrong with it
	 * @param clock tells the time of the failure
	 * @return the document, or {@code null} if the id of the task is not known
	 */
	static @Nullable TaskResult result(KombuMessage envelope, Throwable exception, Clock clock) {
		String inHeaders = text(envelope, "id");
		String id = (inHeaders != null) ? inHeaders : envelope.properties().correlationId();
		if (id == null || id.isEmpty()) {
			return null;
		}
		return new TaskResult(id, TaskState.FAILURE, failure(exception), null, List.of(), clock.instant(),
				text(envelope, "group"), text(envelope, "parent_id"));
	}

	/** What Python raises in this case. */
	private static TaskFailure failure(Throwable exception) {
		String message = String.valueOf(exception.getMessage());
		if (exception instanceof ContentDisallowedException) {
			return new TaskFailure("ContentDisallowed", List.of(message), "kombu.exceptions");
		}
		if (exception instanceof InvalidMessageException) {
			return TaskFailure.ofCelery("InvalidTaskError", message);
		}
		return new TaskFailure("DecodeError", List.of(message), "kombu.exceptions");
	}

	private static @Nullable String text(KombuMessage envelope, String header) {
		return (envelope.headers().get(header) instanceof String text) ? text : null;
	}

}
