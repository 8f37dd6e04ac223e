package io.github.celeryspring.worker;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.celeryspring.ContentDisallowedException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * Makes failures of messages whose envelope can be read, but not what is in it.
 */
final class UndecodableTasks {

	/** The headers that can make a message unreadable. */
	private static final Set<String> TIMES = Set.of("eta", "expires");

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
				text(envelope, "group"), text(envelope, "parent_id"), null);
	}

	/**
	 * What a chord has to count.
	 * @param envelope the message
	 * @param id the id of the task
	 * @return the member of its group, or {@code null} if it is in none
	 */
	static @Nullable ChordMember member(KombuMessage envelope, String id) {
		String group = text(envelope, "group");
		Integer index = (envelope.headers().get("group_index") instanceof Number number) ? number.intValue() : null;
		return (group != null) ? new ChordMember(group, id, index) : null;
	}

	/**
	 * Reads a message whose headers are wrong in places, for the sake of what follows the
	 * task.
	 * @param envelope the message
	 * @param codec reads it
	 * @return what can be read, or {@code null} if that is not enough
	 */
	static @Nullable TaskMessage readable(KombuMessage envelope, TaskMessageCodec codec) {
		Map<String, @Nullable Object> headers = new LinkedHashMap<>(envelope.headers());
		headers.keySet().removeAll(TIMES);
		try {
			return codec.decode(new KombuMessage(envelope.body(), envelope.contentType(), envelope.contentEncoding(),
					headers, envelope.properties()));
		}
		catch (RuntimeException | StackOverflowError ex) {
			return null;
		}
	}

	/**
	 * What Python raises in this case.
	 * @param exception what was thrown here
	 * @return the failure
	 */
	static TaskFailure failure(Throwable exception) {
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
