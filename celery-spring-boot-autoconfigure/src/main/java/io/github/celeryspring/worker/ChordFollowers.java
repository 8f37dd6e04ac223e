package io.github.celeryspring.worker;

import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.result.ChordBackend;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.worker.ChordResults.Joined;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tasks of chords. The last one brings the body about, or the failure of the
 * chord; if its worker dies before the body is sent, the next run of that task does it
 * again. Counterpart of {@code on_chord_part_return} of
 * {@code celery.backends.redis.RedisBackend} and of {@code chord_error_from_stack}.
 */
final class ChordFollowers {

	private static final Log logger = LogFactory.getLog(ChordFollowers.class);

	private final CanvasPublisher canvas;

	private final ResultBackend results;

	private final ChordResults joined;

	private final Errbacks errbacks;

	private final FollowerOptions options;

	/**
	 * Where bodies are prepared, which takes time and calls routers of the application.
	 */
	private final Executor executor;

	private final Clock clock;

	ChordFollowers(CanvasPublisher canvas, ResultBackend results, Errbacks errbacks, FollowerOptions options,
			Executor executor, Clock clock) {
		this.canvas = canvas;
		this.results = results;
		this.joined = new ChordResults(results);
		this.errbacks = errbacks;
		this.options = options;
		this.executor = executor;
		this.clock = clock;
	}

	/**
	 * Counts a task, and ends its chord if it was the last.
	 * @param part the task
	 * @param request the task that brings this about
	 * @return completes with what is to be sent
	 */
	CompletionStage<Followup> returned(ChordPart part, TaskRequest request) {
		return counted(part).thenCompose((last) -> stored(part.document())
			.thenCompose((done) -> last ? async(() -> end(part, request)) : nothing()));
	}

	/**
	 * Counts several.
	 * @param parts the tasks
	 * @param request the task that brings this about
	 * @return completes with all that is to be sent
	 */
	CompletionStage<Followup> returned(List<ChordPart> parts, TaskRequest request) {
		CompletionStage<Followup> all = nothing();
		for (ChordPart part : parts) {
			all = all.thenCombine(returned(part, request), Followup::plus);
		}
		return all;
	}

	private CompletionStage<Boolean> counted(ChordPart part) {
		ChordBackend chords = this.results.chords();
		try {
			return chords.partReturned(part.member(), part.state(), part.result());
		}
		catch (CelerySerializationException ex) {
			return chords.partReturned(part.member(), TaskState.FAILURE, TaskFailures.notSerializable(ex).result());
		}
	}

	private CompletionStage<Followup> end(ChordPart part, TaskRequest request) {
		return this.joined.read(part.member().groupId()).handle((joined, failure) -> async(() -> {
			if (failure != null) {
				return notJoined(part, CeleryException.unwrap(failure), request);
			}
			return joined(part, joined, request);
		})).thenCompose((end) -> end);
	}

	/**
	 * Brings a chord to its end.
	 * @param part the task whose turn it is
	 * @param joined what its header returned
	 * @param request the task that brings this about
	 * @return completes with what is to be sent
	 */
	CompletionStage<Followup> joined(ChordPart part, Joined joined, TaskRequest request) {
		TaskResult failed = joined.failed();
		return (failed != null) ? failed(part, failed, request) : succeeded(part, joined.values(), request);
	}

	private CompletionStage<Followup> notJoined(ChordPart part, Throwable failure, TaskRequest request) {
		if (failure instanceof BrokerUnavailableException) {
			return CompletableFuture.failedStage(failure);
		}
		TaskFailure cause = TaskFailures.of(failure).result();
		return failed(part, "Join error: " + TaskFailures.repr(cause), cause, request);
	}

	private CompletionStage<Followup> failed(ChordPart part, TaskResult failed, TaskRequest request) {
		TaskFailure cause = (failed.result() instanceof TaskFailure failure) ? failure : null;
		String raised = (cause != null) ? TaskFailures.repr(cause) : String.valueOf(failed.result());
		return failed(part, "Dependency " + failed.taskId() + " raised " + raised, cause, request);
	}

	private CompletionStage<Followup> succeeded(ChordPart part, List<@Nullable Object> values, TaskRequest request) {
		Prepared body;
		try {
			Signature signature = EmbeddedSignatures.read(part.body());
			body = this.canvas.prepare(signature, Collections.singletonList(values),
					this.options.inherited(request, signature), request);
		}
		catch (RuntimeException ex) {
			TaskFailure cause = TaskFailures.of(ex).result();
			return failed(part, "Callback error: " + TaskFailures.repr(cause), cause, request);
		}
		Followup followup = Followup.of(body.messages()).note(() -> this.results.chords().bodySent(part.member()));
		return this.canvas.announce(body).thenApply((done) -> followup);
	}

	/**
	 * Fails a chord: its body, those who count on that, and the errbacks are told.
	 * @param part the task whose turn it is
	 * @param reason why, for the {@code ChordError}
	 * @param cause what the task raised, or {@code null}
	 * @param request the task that brings this about
	 * @return completes with what is to be sent
	 */
	CompletionStage<Followup> failed(ChordPart part, String reason, @Nullable TaskFailure cause, TaskRequest request) {
		String groupId = part.member().groupId();
		logger.error("Chord " + groupId + " has failed: " + reason);
		Followup noted = Followup.NONE.note(() -> this.results.chords().failed(groupId));
		Signature body;
		try {
			body = EmbeddedSignatures.read(part.body());
		}
		catch (RuntimeException ex) {
			logger.error("Nobody can be told of it: its body cannot be read", ex);
			return CompletableFuture.completedStage(noted);
		}
		// Members of a group get what happened itself, as of Celery 5.7.
		TaskFailure failure = (body instanceof Group && cause != null) ? cause
				: TaskFailure.ofCelery("ChordError", reason);
		List<Prepared> calls = this.errbacks.callForBody(body, request.rootId());
		FailedWork work = new FailedWork(TaskState.FAILURE, failure, null, this.clock.instant(),
				calls.stream().map(Prepared::result).toList())
			.add(body);
		return stored(work).thenCompose((done) -> announced(calls))
			.thenCombine(returned(work.parts(), request), Followup::plus)
			.thenApply(noted::plus);
	}

	private CompletionStage<Void> stored(FailedWork work) {
		CompletionStage<Void> stored = CompletableFuture.completedStage(null);
		for (TaskResult result : work.results()) {
			stored = stored.thenCombine(this.results.store(result), (first, second) -> null);
		}
		return stored;
	}

	private CompletionStage<Void> stored(@Nullable TaskResult document) {
		return (document != null) ? this.results.store(document) : CompletableFuture.completedStage(null);
	}

	/**
	 * Writes what must be known before messages are pushed.
	 * @param prepared what is to be sent
	 * @return completes with the messages
	 */
	CompletionStage<Followup> announced(List<Prepared> prepared) {
		CompletionStage<Followup> all = nothing();
		for (Prepared each : prepared) {
			all = all.thenCombine(this.canvas.announce(each),
					(before, done) -> before.plus(Followup.of(each.messages())));
		}
		return all;
	}

	private CompletionStage<Followup> async(Supplier<CompletionStage<Followup>> end) {
		return CompletableFuture.supplyAsync(end, this.executor).thenCompose((followup) -> followup);
	}

	private static CompletionStage<Followup> nothing() {
		return CompletableFuture.completedStage(Followup.NONE);
	}

}
