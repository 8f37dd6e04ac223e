package io.github.celeryspring.worker;

import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * A task of the header of a chord that has come to its end.
 *
 * @param member the task
 * @param body the body of the chord: a signature, or a tree as it was received
 * @param state the state of the task
 * @param result its result, as in {@link io.github.celeryspring.result.TaskResult}
 */
record ChordPart(ChordMember member, Object body, TaskState state, @Nullable Object result) {

}
