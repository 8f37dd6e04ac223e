package io.github.celeryspring.result;

import java.util.List;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Counts the tasks of a chord's header, beside peers of any Celery since 5.2, and keeps
 * the structure of groups. Writing is tried until Redis takes it, and may be repeated: a
 * task that runs again counts once. Thread-safe; nothing blocks on the network, and what
 * depends on a stage must not block. Counterpart of the chord part of
 * {@code celery.backends.redis.RedisBackend}.
 *
 * @since 0.1.0
 */
public interface ChordBackend {

	/**
	 * Tells how many tasks must return, before the last of them is sent. Begins a new run
	 * if the group ran before.
	 * @param groupId the group
	 * @param size the number of completions
	 * @return completes when it is stored
	 */
	CompletionStage<Void> setSize(String groupId, int size);

	/**
	 * One more task must return than the size says: a task of the header has added one.
	 * Tried once only, as it would count twice if a reply was lost.
	 * @param groupId the group
	 * @return completes when it is stored
	 */
	CompletionStage<Void> addMember(String groupId);

	/**
	 * A task of the header is final.
	 * @param member the task
	 * @param state its state
	 * @param result its result, as in {@link TaskResult}
	 * @return whether all have returned, and it is the caller's turn to send the body or
	 * to fail the chord. One caller gets {@code true}; if it dies, the next run of the
	 * same task does again
	 * @throws io.github.celeryspring.CelerySerializationException if the result cannot be
	 * written
	 */
	CompletionStage<Boolean> partReturned(ChordMember member, TaskState state, @Nullable Object result);

	/**
	 * Reads what has returned: by index if the chord is ordered, else as it came.
	 * @param groupId the group
	 * @return task id, state and result of each
	 */
	CompletionStage<List<TaskResult>> parts(String groupId);

	/**
	 * The body was sent: forgets the chord, and the late copies of its tasks.
	 * @param member whose turn it was
	 * @return completes when it is forgotten
	 */
	CompletionStage<Void> bodySent(ChordMember member);

	/**
	 * The chord has failed: late copies of its tasks must not fail it again. What has
	 * returned expires.
	 * @param groupId the group
	 * @return completes when it is stored
	 */
	CompletionStage<Void> failed(String groupId);

	/**
	 * Stores the structure of a group. Counterpart of {@code GroupResult.save}.
	 * @param group the group
	 * @return completes when it is stored
	 */
	CompletionStage<Void> saveGroup(ResultTree group);

	/**
	 * Reads the structure of a group. Counterpart of {@code GroupResult.restore}.
	 * @param groupId the group
	 * @return the group, or {@code null} if none was saved
	 */
	CompletionStage<@Nullable ResultTree> restoreGroup(String groupId);

	/**
	 * Deletes the structure of a group. Counterpart of {@code GroupResult.delete}.
	 * @param groupId the group
	 * @return completes when it is gone
	 */
	CompletionStage<Void> deleteGroup(String groupId);

}
