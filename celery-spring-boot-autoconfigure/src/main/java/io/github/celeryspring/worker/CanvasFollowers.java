package io.github.celeryspring.worker;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.result.CallbackThreads;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.worker.TaskOutcome.Ignored;
import io.github.celeryspring.worker.TaskOutcome.Revoked;
import io.github.celeryspring.worker.TaskOutcome.Success;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What follows a task as its message says. Counterpart of the end of
 * {@code celery.app.trace.build_tracer} and of {@code celery.backends.base.Backend}.
 */
final class CanvasFollowers implements Followers {

	private static final Log logger = LogFactory.getLog(CanvasFollowers.class);

	private final CanvasPublisher canvas;

	private final ResultBackend results;

	private final CallbackFollowers callbacks;

	private final ChordFollowers chords;

	private final Errbacks errbacks;

	private final Replacements replacements;

	private final Clock clock;

	CanvasFollowers(CanvasPublisher canvas, ResultBackend results, FollowerOptions options, Clock clock) {
		this.canvas = canvas;
		this.results = results;
		this.callbacks = new CallbackFollowers(canvas, options);
		this.errbacks = new Errbacks(canvas);
		this.chords = new ChordFollowers(canvas, results, this.errbacks, options,
				CallbackThreads.create("celery-chords"), clock);
		this.replacements = new Replacements(canvas, options);
		this.clock = clock;
	}

	ChordFollowers chords() {
		return this.chords;
	}

	@Override
	public Sequel of(TaskRequest request, TaskOutcome outcome) {
		if (outcome instanceof Ignored ignored) {
			return (ignored.replacement() == null) ? afterIgnored(request) : sequel(request,
					List.of(this.replacements.prepare(ignored.replacement(), request)), List.of(), List.of());
		}
		if (request.message().body().embed().isEmpty() || !outcome.state().isReady()) {
			return Sequel.NONE;
		}
		return (outcome instanceof Success success) ? afterSuccess(request, success) : afterFailure(request, outcome);
	}

	private Sequel afterSuccess(TaskRequest request, Success success) {
		List<Prepared> prepared = this.callbacks.prepare(request, success.result());
		return new CanvasSequel(request, prepared, children(prepared), List.of(),
				parts(request, success.state(), success.result()), this.chords);
	}

	private static List<ResultTree> children(List<Prepared> prepared) {
		return prepared.stream().map(Prepared::child).filter(Objects::nonNull).toList();
	}

	/**
	 * The rest of the chain ends here, too. As in Celery, errbacks are not told of
	 * revoked tasks.
	 */
	private Sequel afterFailure(TaskRequest request, TaskOutcome outcome) {
		TaskEmbed embed = request.message().body().embed();
		FailedWork work = new FailedWork(outcome.state(), (TaskFailure) Objects.requireNonNull(outcome.result()),
				outcome.traceback(), this.clock.instant(), List.of());
		EmbeddedSignatures.readReadable(embed.chain()).forEach(work::add);
		List<Prepared> calls = (outcome instanceof Revoked) ? List.of()
				: this.errbacks.call(EmbeddedSignatures.readReadable(embed.errbacks()), request.id(), request.rootId());
		List<ChordPart> parts = new ArrayList<>(parts(request, outcome.state(), outcome.result()));
		if (this.results.isEnabled()) {
			parts.addAll(work.parts());
		}
		return sequel(request, calls, work.results(), parts);
	}

	/**
	 * Nobody is told, as in Celery, except for chords: there they would never end.
	 */
	private Sequel afterIgnored(TaskRequest request) {
		TaskFailure failure = TaskFailure.ofCelery("Ignore");
		FailedWork work = new FailedWork(TaskState.FAILURE, failure, null, this.clock.instant(), List.of());
		EmbeddedSignatures.readReadable(request.message().body().embed().chain()).forEach(work::add);
		List<ChordPart> parts = new ArrayList<>(parts(request, TaskState.FAILURE, failure));
		if (this.results.isEnabled()) {
			work.parts().forEach((part) -> parts.add(part.document(null)));
		}
		return parts.isEmpty() ? Sequel.NONE : sequel(request, List.of(), List.of(), parts);
	}

	private Sequel sequel(TaskRequest request, List<Prepared> prepared, List<TaskResult> results,
			List<ChordPart> parts) {
		return new CanvasSequel(request, prepared, List.of(), results, parts, this.chords);
	}

	private List<ChordPart> parts(TaskRequest request, TaskState state, @Nullable Object result) {
		Object body = request.message().body().embed().chord();
		TaskHeaders headers = request.message().headers();
		if (body == null || headers.group() == null) {
			return List.of();
		}
		if (!this.results.isEnabled()) {
			logger.error("Chord " + headers.group() + " will not end: task " + request
					+ " is a part of it, but there is no result backend to count with");
			return List.of();
		}
		ChordMember member = new ChordMember(headers.group(), headers.id(), headers.groupIndex());
		return List.of(new ChordPart(member, body, state, result));
	}

	@Override
	public CompletionStage<Void> publish(List<KombuMessage> messages) {
		return this.canvas.publish(messages);
	}

}
