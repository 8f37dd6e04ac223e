package io.github.celeryspring.result;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.ResultTimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;

/**
 * The handle of a sent task. Thread-safe; holds no resources until it waits. Counterpart
 * of {@code celery.result.AsyncResult}.
 *
 * @param <T> the type of the result
 * @since 0.1.0
 */
public interface AsyncResult<T> {

	/**
	 * The id of the task.
	 * @return the id
	 */
	String id();

	/**
	 * The same task with a result of another type.
	 * @param <R> the type
	 * @param type the type to convert the result to
	 * @return another handle
	 */
	<R> AsyncResult<R> as(Class<R> type);

	/**
	 * The same task with a result of another, generic, type.
	 * @param <R> the type
	 * @param type the type to convert the result to
	 * @return another handle
	 */
	<R> AsyncResult<R> as(ParameterizedTypeReference<R> type);

	/**
	 * The state now. Blocks for one round trip.
	 * @return the state; PENDING also for an unknown id
	 * @throws io.github.celeryspring.BrokerUnavailableException if Redis does not answer
	 */
	TaskState state();

	/**
	 * Whether the task has ended. Blocks for one round trip.
	 * @return whether its state is SUCCESS, FAILURE or REVOKED
	 * @throws io.github.celeryspring.BrokerUnavailableException if Redis does not answer
	 */
	default boolean ready() {
		return state().isReady();
	}

	/**
	 * Whether the task has succeeded. Blocks for one round trip.
	 * @return whether its state is SUCCESS
	 * @throws io.github.celeryspring.BrokerUnavailableException if Redis does not answer
	 */
	default boolean successful() {
		return state().equals(TaskState.SUCCESS);
	}

	/**
	 * Whether the task has failed. Blocks for one round trip.
	 * @return whether its state is FAILURE
	 * @throws io.github.celeryspring.BrokerUnavailableException if Redis does not answer
	 */
	default boolean failed() {
		return state().equals(TaskState.FAILURE);
	}

	/**
	 * The document now. Blocks for one round trip.
	 * @return the document; state PENDING also for an unknown id
	 * @throws io.github.celeryspring.BrokerUnavailableException if Redis does not answer
	 */
	TaskResult document();

	/**
	 * Waits for the result.
	 * @param timeout how long at most
	 * @return the converted result; {@code null} if the task returned nothing
	 * @throws ResultTimeoutException if there is none by then, or the thread was
	 * interrupted (and stays so)
	 * @throws RemoteTaskException if the task failed or was revoked
	 * @throws io.github.celeryspring.CelerySerializationException if the result is not of
	 * the type
	 */
	@Nullable T get(Duration timeout) throws ResultTimeoutException, RemoteTaskException;

	/**
	 * The result as a future: it fails as {@link #get} throws. It has no deadline; cancel
	 * it, or give it one, to stop waiting.
	 * @return a new future
	 */
	CompletableFuture<@Nullable T> toFuture();

	/**
	 * The handle of what went before in a chain, as far as the sender knows it: of the
	 * body of a chord, its header. While somebody waits for a result, those before it are
	 * looked at from time to time: if one fails, waiting ends with its failure.
	 * @return the handle, or {@code null} for the first task, or if it is not known
	 */
	default @Nullable AsyncResult<?> parent() {
		return null;
	}

	/**
	 * Which results it stands for: Celery's {@code as_tuple}. A task may return a handle,
	 * and its caller gets this.
	 * @return the ids, with those of what went before
	 */
	ResultTree tree();

	/**
	 * Handles of what the task sent: tasks and groups. Blocks for one round trip.
	 * @return the children, possibly none; a chain or a chord that the task sent is there
	 * with what was sent first
	 */
	List<AsyncResult<?>> children();

	/**
	 * Tells all workers not to begin the task. One that runs goes on. Blocks until Redis
	 * has taken the command.
	 * @throws io.github.celeryspring.BrokerUnavailableException if Redis does not answer
	 */
	default void revoke() {
		revoke(false);
	}

	/**
	 * Tells all workers not to begin the task. Blocks until Redis has taken the command.
	 * @param terminate whether it is terminated if it runs: a Java worker interrupts its
	 * thread, a Python worker kills the process
	 * @throws io.github.celeryspring.BrokerUnavailableException if Redis does not answer
	 */
	void revoke(boolean terminate);

	/**
	 * Deletes the result. Blocks for one round trip.
	 */
	void forget();

}
