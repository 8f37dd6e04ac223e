package io.github.celeryspring.worker;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.ContentDisallowedException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Messages whose envelope can be read, but not what is in it. Celery stores nothing for
 * them; here whoever waits for the task is told, if the envelope tells its id.
 */
final class UndecodableTasks {

	private static final Log logger = LogFactory.getLog(UndecodableTasks.class);

	/** The headers that can make a message unreadable. */
	private static final Set<String> TIMES = Set.of("eta", "expires");

	private final ResultBackend results;

	private final Clock clock;

	UndecodableTasks(ResultBackend results, Clock clock) {
		this.results = results;
		this.clock = clock;
	}

	/**
	 * Stores the failure of a task, and counts it in its chord. Only the messages of the
	 * other parts tell what to do when the chord fails, if this is the last.
	 * @param envelope the message, or {@code null} if that could not be read either
	 * @param exception what is wrong with it
	 * @return completes when that is done
	 */
	CompletionStage<Void> fail(@Nullable KombuMessage envelope, Throwable exception) {
		TaskResult document = (envelope != null) ? document(envelope, exception) : null;
		if (envelope == null || document == null || !this.results.isEnabled()) {
			return CompletableFuture.completedStage(null);
		}
		ChordMember member = member(envelope, document.taskId());
		try {
			CompletionStage<Void> stored = this.results.store(document);
			return (member != null) ? stored.thenCompose((done) -> counted(member, document)) : stored;
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	private CompletionStage<Void> counted(ChordMember member, TaskResult document) {
		return this.results.chords().partReturned(member, document.state(), document.result()).thenAccept((last) -> {
			if (last) {
				logger.error("Chord " + member.groupId() + " will not end: task " + member.taskId()
						+ ", the last part of it, cannot be decoded");
			}
		});
	}

	private @Nullable TaskResult document(KombuMessage envelope, Throwable exception) {
		String inHeaders = text(envelope, "id");
		String id = (inHeaders != null) ? inHeaders : envelope.properties().correlationId();
		if (id == null || id.isEmpty()) {
			return null;
		}
		return new TaskResult(id, TaskState.FAILURE, failure(exception), null, List.of(), this.clock.instant(),
				text(envelope, "group"), text(envelope, "parent_id"), null);
	}

	private static @Nullable ChordMember member(KombuMessage envelope, String id) {
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
