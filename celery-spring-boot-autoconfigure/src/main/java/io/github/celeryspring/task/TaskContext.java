package io.github.celeryspring.task;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.result.ResultTree;
import org.jspecify.annotations.Nullable;

/**
 * The task that is running: Celery's {@code self} and {@code self.request}. Declare a
 * parameter of this type to get it. Thread-safe.
 *
 * @since 0.1.0
 */
public interface TaskContext {

	/**
	 * The message that asks for the task, for what has no method here.
	 * @return the message
	 */
	TaskMessage message();

	/**
	 * The id of the task.
	 * @return the id
	 */
	default String id() {
		return message().headers().id();
	}

	/**
	 * The name of the task.
	 * @return the name
	 */
	default String taskName() {
		return message().headers().task();
	}

	/**
	 * How often it was retried.
	 * @return from 0
	 */
	default int retries() {
		return message().headers().retries();
	}

	/**
	 * The queue it came from.
	 * @return the name
	 */
	String queue();

	/**
	 * The priority it was sent with.
	 * @return 0 to 255, 0 the most urgent on Redis
	 */
	default int priority() {
		return message().priority();
	}

	/**
	 * Whether an earlier worker may have begun it.
	 * @return whether the message was redelivered
	 */
	default boolean redelivered() {
		return message().deliveryInfo().redelivered();
	}

	/**
	 * Whether the message may have been given to another worker meanwhile, because this
	 * one was stopped for longer than the visibility timeout.
	 * @return whether the lease was lost
	 */
	boolean leaseLost();

	/**
	 * Whether the task is asked to end: revoked with {@code terminate}, over its time
	 * limit, or running on while the worker stops. Its thread was interrupted then, once.
	 * @return whether it should end
	 */
	boolean isCancelled();

	/**
	 * The sender's own headers.
	 * @return the headers that are not the protocol's
	 */
	default Map<String, @Nullable Object> headers() {
		return message().headers().others();
	}

	/**
	 * The stamps that it was sent with.
	 * @return the stamps by name, possibly none
	 */
	default Map<String, @Nullable Object> stamps() {
		return message().headers().stamps();
	}

	/**
	 * The id of the workflow's first task.
	 * @return the root id, its own id if it is the first
	 */
	default String rootId() {
		String rootId = message().headers().rootId();
		return (rootId != null) ? rootId : id();
	}

	/**
	 * The id of the task that sent it.
	 * @return the parent id, or {@code null}
	 */
	default @Nullable String parentId() {
		return message().headers().parentId();
	}

	/**
	 * The id of its group.
	 * @return the group id, or {@code null}
	 */
	default @Nullable String groupId() {
		return message().headers().group();
	}

	/**
	 * The soft time limit that applies: the message's, else the task's, else the
	 * worker's.
	 * @return the limit, or {@code null} for none
	 */
	@Nullable Duration softTimeLimit();

	/**
	 * The hard time limit that applies: the message's, else the task's, else the
	 * worker's.
	 * @return the limit, or {@code null} for none
	 */
	@Nullable Duration timeLimit();

	/**
	 * Makes the task run again later. Throw what this returns:
	 * {@code throw context.retry()}. With no retries left the task fails.
	 * @return to be thrown
	 */
	default RetryException retry() {
		return retry(null, (retry) -> {
		});
	}

	/**
	 * Makes the task run again later, because of a failure.
	 * @param cause stored as the result of state RETRY, and thrown to the caller if no
	 * retries are left
	 * @return to be thrown
	 */
	default RetryException retry(Throwable cause) {
		return retry(cause, (retry) -> {
		});
	}

	/**
	 * Makes the task run again, saying when and how.
	 * @param cause why, or {@code null}
	 * @param retry sets what differs from the defaults of the task
	 * @return to be thrown
	 */
	default RetryException retry(@Nullable Throwable cause, Consumer<RetrySpec> retry) {
		RetrySpec spec = new RetrySpec();
		retry.accept(spec);
		return new RetryException(cause, spec);
	}

	/**
	 * Puts other work in the place of this task: it gets the id, and with it the result,
	 * the callbacks and the place in chains and chords. Throw what this returns. Celery's
	 * {@code self.replace}.
	 * @param signature what to do instead
	 * @return to be thrown
	 */
	default ReplaceException replace(Signature signature) {
		return new ReplaceException(signature);
	}

	/**
	 * Adds work to the header of the chord that this task is a part of; it is sent at
	 * once, and blocks until Redis has it. Celery's {@code self.add_to_chord}.
	 * @param signature the work
	 * @throws io.github.celeryspring.CeleryException if this task is in no chord
	 */
	void addToChord(Signature signature);

	/**
	 * Stores a state of the application's own, such as progress, unless results are
	 * ignored. Celery's {@code self.update_state}. Does not block.
	 * @param state the name of the state
	 * @param meta what Python's {@code AsyncResult.info} gives then, or {@code null}
	 */
	void updateState(String state, @Nullable Object meta);

	/**
	 * Remembers what this task sent, so that it is listed among its children. The client
	 * does this by itself.
	 * @param child what was sent
	 */
	void addChild(ResultTree child);

	/**
	 * The task that runs on this thread.
	 * @return the context, or {@code null} outside of tasks
	 */
	static @Nullable TaskContext current() {
		return CurrentTask.get();
	}

}
