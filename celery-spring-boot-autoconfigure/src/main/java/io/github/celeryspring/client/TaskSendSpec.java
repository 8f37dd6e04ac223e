package io.github.celeryspring.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.result.AsyncResult;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;

/**
 * A call in the making. Not thread-safe. The names are those of Celery's
 * {@code apply_async}.
 *
 * @param <T> the type of the result
 * @since 0.1.0
 */
public interface TaskSendSpec<T> {

	/**
	 * Adds positional arguments.
	 * @param args the arguments
	 * @return this
	 */
	TaskSendSpec<T> args(@Nullable Object... args);

	/**
	 * Adds a keyword argument.
	 * @param name its name
	 * @param value its value
	 * @return this
	 */
	TaskSendSpec<T> kwarg(String name, @Nullable Object value);

	/**
	 * Adds keyword arguments.
	 * @param kwargs names and values
	 * @return this
	 */
	TaskSendSpec<T> kwargs(Map<String, ? extends @Nullable Object> kwargs);

	/**
	 * Sets the queue.
	 * @param queue the name
	 * @return this
	 */
	TaskSendSpec<T> queue(String queue);

	/**
	 * Sets the priority.
	 * @param priority 0 to 255; 0 is the most urgent on Redis
	 * @return this
	 */
	TaskSendSpec<T> priority(int priority);

	/**
	 * Adds a header of the caller's own.
	 * @param name its name; none of the protocol's
	 * @param value its value
	 * @return this
	 */
	TaskSendSpec<T> header(String name, @Nullable Object value);

	/**
	 * Sets the id.
	 * @param taskId the id
	 * @return this
	 */
	TaskSendSpec<T> taskId(String taskId);

	/**
	 * Runs it after a while.
	 * @param countdown from the time of sending
	 * @return this
	 */
	TaskSendSpec<T> countdown(Duration countdown);

	/**
	 * Runs it at a time, not before.
	 * @param eta the time
	 * @return this
	 */
	TaskSendSpec<T> eta(Instant eta);

	/**
	 * Gives up after a while.
	 * @param expiresIn from the time of sending
	 * @return this
	 */
	TaskSendSpec<T> expires(Duration expiresIn);

	/**
	 * Gives up at a time.
	 * @param expires the time
	 * @return this
	 */
	TaskSendSpec<T> expires(Instant expires);

	/**
	 * Says whether the result is stored, whatever the worker's own setting is.
	 * @param ignoreResult whether not
	 * @return this
	 */
	TaskSendSpec<T> ignoreResult(boolean ignoreResult);

	/**
	 * Shows another name in logs and monitors.
	 * @param shadow the name
	 * @return this
	 */
	TaskSendSpec<T> shadow(String shadow);

	/**
	 * Sets the time limits of the run.
	 * @param soft the soft limit, or {@code null}
	 * @param hard the hard limit, or {@code null}
	 * @return this
	 */
	TaskSendSpec<T> timeLimits(@Nullable Duration soft, @Nullable Duration hard);

	/**
	 * Sets the exchange. Celery's {@code exchange}.
	 * @param exchange its name
	 * @return this
	 */
	TaskSendSpec<T> exchange(String exchange);

	/**
	 * Sets the routing key.
	 * @param routingKey the key
	 * @return this
	 */
	TaskSendSpec<T> routingKey(String routingKey);

	/**
	 * Sets the serializer of the arguments.
	 * @param serializer its name, such as {@code json}
	 * @return this
	 */
	TaskSendSpec<T> serializer(String serializer);

	/**
	 * Sets the compression of the arguments.
	 * @param compression its name, such as {@code gzip}
	 * @return this
	 */
	TaskSendSpec<T> compression(String compression);

	/**
	 * Adds a callback.
	 * @param callback called with the result
	 * @return this
	 */
	TaskSendSpec<T> link(Signature callback);

	/**
	 * Adds an errback.
	 * @param errback called with the id of this task if it fails
	 * @return this
	 */
	TaskSendSpec<T> linkError(Signature errback);

	/**
	 * Sets the type of the result.
	 * @param <R> the type
	 * @param type the type
	 * @return this
	 */
	<R> TaskSendSpec<R> returning(Class<R> type);

	/**
	 * Sets the generic type of the result.
	 * @param <R> the type
	 * @param type the type
	 * @return this
	 */
	<R> TaskSendSpec<R> returning(ParameterizedTypeReference<R> type);

	/**
	 * The call as a value, to be sent later or with others.
	 * @return the signature
	 */
	TaskSignature signature();

	/**
	 * Sends it and blocks until Redis has it.
	 * @return the handle
	 * @throws io.github.celeryspring.CeleryException as
	 * {@link CeleryOperations#send(String, Object...)}
	 */
	AsyncResult<T> send();

	/**
	 * Sends it without blocking.
	 * @return completes with the handle when Redis has it
	 */
	CompletableFuture<AsyncResult<T>> sendAsync();

}
