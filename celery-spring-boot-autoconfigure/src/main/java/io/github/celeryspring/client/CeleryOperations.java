package io.github.celeryspring.client;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.result.AsyncResult;
import org.jspecify.annotations.Nullable;

/**
 * Sends tasks and finds results. Thread-safe. Every send has a deadline: with Redis away
 * it fails after the publish retries, it never hangs.
 *
 * @since 0.1.0
 */
public interface CeleryOperations {

	/**
	 * Sends a task with positional arguments and blocks until Redis has it. Celery's
	 * {@code send_task}.
	 * @param task the name of the task
	 * @param args the arguments
	 * @return the handle
	 * @throws io.github.celeryspring.BrokerUnavailableException if Redis did not confirm
	 * it in time
	 * @throws io.github.celeryspring.InvalidMessageException if it could hurt a worker
	 * @throws io.github.celeryspring.CelerySerializationException if an argument cannot
	 * be written
	 */
	AsyncResult<?> send(String task, @Nullable Object... args);

	/**
	 * Sends a signature and blocks until Redis has it. Celery's {@code apply_async}.
	 * @param signature what to send
	 * @return the handle
	 * @throws io.github.celeryspring.CeleryException as {@link #send(String, Object...)}
	 */
	AsyncResult<?> send(Signature signature);

	/**
	 * Sends a signature without blocking.
	 * @param signature what to send
	 * @return completes with the handle when Redis has it
	 */
	CompletableFuture<AsyncResult<?>> sendAsync(Signature signature);

	/**
	 * Sends many signatures in pipelined writes and blocks until Redis has all.
	 * @param signatures what to send, possibly none
	 * @return the handles in the same order
	 * @throws io.github.celeryspring.CeleryException as {@link #send(String, Object...)};
	 * an invalid one prevents all, a failure of Redis leaves open which were pushed
	 */
	List<AsyncResult<?>> sendAll(Collection<? extends Signature> signatures);

	/**
	 * Starts a call in fluent form.
	 * @param name the name of the task
	 * @return the call
	 */
	TaskSendSpec<Object> task(String name);

	/**
	 * The handle of a task sent earlier, by anyone.
	 * @param taskId the id
	 * @return the handle
	 */
	AsyncResult<?> result(String taskId);

}
