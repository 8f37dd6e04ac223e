package io.github.celeryspring.result;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.celeryspring.ResultTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a group of tasks. Its own result is the list of theirs, in the order of
 * the group; groups in it are lists in the list. Its state is FAILURE as soon as one of
 * them has failed or was revoked, SUCCESS when all have succeeded, else PENDING. Waiting
 * ends with the first failure. Thread-safe; holds no resources until it waits.
 * Counterpart of {@code celery.result.GroupResult}.
 *
 * @param <T> the type of the results in the list
 * @since 0.1.0
 */
public interface GroupResult<T> extends AsyncResult<List<@Nullable T>> {

	/**
	 * The same group with results of another type.
	 * @param <R> the type
	 * @param type the type to convert each result to
	 * @return another handle
	 */
	<R> GroupResult<R> asListOf(Class<R> type);

	/**
	 * Handles of the members. That of a group in it is a {@link GroupResult}.
	 * @return the handles in the order of the group, possibly none
	 */
	List<AsyncResult<T>> results();

	/**
	 * How many tasks have succeeded. Blocks for a read of all results, as do the other
	 * questions about all of them.
	 * @return the number; tasks of groups in it count one by one
	 * @throws io.github.celeryspring.BrokerUnavailableException if Redis does not answer
	 */
	int completedCount();

	/**
	 * Whether all tasks have ended.
	 * @return whether nothing is left to wait for
	 */
	@Override
	boolean ready();

	/**
	 * Whether all tasks have succeeded.
	 * @return whether there will be a result
	 */
	@Override
	boolean successful();

	/**
	 * Whether one of the tasks has failed or was revoked.
	 * @return whether there will be no result
	 */
	@Override
	boolean failed();

	/**
	 * Whether one of the tasks has not ended.
	 * @return the opposite of {@link #ready}
	 */
	default boolean waiting() {
		return !ready();
	}

	/**
	 * Hands over each task as it ends, however it ends: {@code get} of the handle answers
	 * at once then. Does not block.
	 * @param action called once for each task, by one thread at a time
	 * @return completes when all have ended, or with what the action throws; cancel it to
	 * stop waiting
	 */
	CompletableFuture<Void> forEach(Consumer<? super AsyncResult<T>> action);

	/**
	 * The tasks in the order in which they end, however they end. {@code hasNext} blocks
	 * until the next one has ended, and throws a {@link ResultTimeoutException} if it has
	 * not by the end of the time. Celery's {@code iterate}.
	 * @param timeout how long to wait for all of them, from now on
	 * @return the handles, whose {@code get} answers at once
	 */
	Iterator<AsyncResult<T>> iterate(Duration timeout);

	/**
	 * Stores which tasks belong to the group, so that
	 * {@code CeleryOperations.restoreGroup} and Python's {@code GroupResult.restore} find
	 * them. Blocks for one round trip.
	 */
	void save();

	/**
	 * Deletes what {@link #save} has stored. Blocks for one round trip.
	 */
	void delete();

	/**
	 * Deletes the results of all tasks. Blocks.
	 */
	@Override
	void forget();

}
