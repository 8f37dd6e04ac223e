package io.github.celeryspring.worker;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * Work that will never be done, because what goes before it has failed: whoever waits for
 * any of it is told, and chords that count on it go on. Counterpart of
 * {@code celery.backends.base.Backend._fail_chain}, which looks at the outermost level
 * only. Not thread-safe.
 */
final class FailedWork {

	private final TaskState state;

	private final TaskFailure failure;

	private final @Nullable String traceback;

	private final Instant time;

	private final List<ResultTree> children;

	private final Map<String, TaskResult> results = new LinkedHashMap<>();

	private final Map<ChordMember, ChordPart> parts = new LinkedHashMap<>();

	/**
	 * Begins with nothing.
	 * @param state FAILURE or REVOKED
	 * @param failure why
	 * @param traceback from where, or {@code null}
	 * @param time when
	 * @param children what was sent because of it
	 */
	FailedWork(TaskState state, TaskFailure failure, @Nullable String traceback, Instant time,
			List<ResultTree> children) {
		this.state = state;
		this.failure = failure;
		this.traceback = traceback;
		this.time = time;
		this.children = children;
	}

	/**
	 * Adds work, with all that is in it and follows it.
	 * @param work the work, with the ids that it was given
	 * @return this
	 */
	FailedWork add(Signature work) {
		add(work, true);
		return this;
	}

	private void add(Signature work, boolean counted) {
		TaskOptions options = work.options();
		result(options);
		if (counted && options.chord() != null) {
			part(options, EmbeddedSignatures.resultId(work), options.chord());
		}
		if (work instanceof Chain chain) {
			chain.tasks().forEach((task) -> add(task, counted));
		}
		else if (work instanceof Group group) {
			group.tasks().forEach((task) -> add(task, counted));
		}
		else if (work instanceof Chord chord) {
			// Nothing waits for this header any more: its body fails here.
			add(chord.header(), false);
			add(chord.body(), counted);
		}
		EmbeddedSignatures.readReadable(options.chain()).forEach((next) -> add(next, counted));
	}

	private void result(TaskOptions options) {
		String id = options.taskId();
		if (id != null && !Boolean.TRUE.equals(options.ignoreResult())) {
			this.results.putIfAbsent(id, new TaskResult(id, this.state, this.failure, this.traceback, this.children,
					this.time, options.groupId(), options.parentId(), null));
		}
	}

	private void part(TaskOptions options, @Nullable String id, Signature body) {
		if (id != null && options.groupId() != null) {
			ChordMember member = new ChordMember(options.groupId(), id, options.groupIndex());
			this.parts.putIfAbsent(member, new ChordPart(member, body, this.state, this.failure));
		}
	}

	/**
	 * What those who wait are to be told at once.
	 * @return the documents, without those of the parts of chords
	 */
	List<TaskResult> results() {
		Set<String> members = this.parts.keySet().stream().map(ChordMember::taskId).collect(Collectors.toSet());
		return this.results.values().stream().filter((result) -> !members.contains(result.taskId())).toList();
	}

	/**
	 * What chords have to count.
	 * @return the parts, with their documents
	 */
	List<ChordPart> parts() {
		return this.parts.values()
			.stream()
			.map((part) -> part.document(this.results.get(part.member().taskId())))
			.toList();
	}

}
