package io.github.celeryspring.worker;

import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * A task of the header of a chord that has come to its end.
 *
 * @param member the task
 * @param body the body of the chord: a signature, or a tree as it was received
 * @param state the state of the task
 * @param result its result, as in {@link io.github.celeryspring.result.TaskResult}
 * @param document what is stored of it once it is counted, and before the chord ends, or
 * {@code null}; Celery takes a rest of a chain that has failed for counted, so whoever
 * dies before must not have stored it
 */
record ChordPart(ChordMember member, Object body, TaskState state, @Nullable Object result,
		@Nullable TaskResult document) {

	ChordPart(ChordMember member, Object body, TaskState state, @Nullable Object result) {
		this(member, body, state, result, null);
	}

	ChordPart document(@Nullable TaskResult document) {
		return new ChordPart(this.member, this.body, this.state, this.result, document);
	}

}
