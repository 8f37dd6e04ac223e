package io.github.celeryspring.client;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskName;
import io.github.celeryspring.canvas.TaskOptionsBuilder;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.GroupResult;
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
	 * Sends a task with positional arguments and blocks until Redis has it. Celery's
	 * {@code task.delay}.
	 * @param <T> the type of the result
	 * @param task the name of the task and the type of its result
	 * @param args the arguments
	 * @return the handle
	 * @throws io.github.celeryspring.CeleryException as {@link #send(String, Object...)}
	 */
	default <T> AsyncResult<T> send(TaskName<T> task, @Nullable Object... args) {
		return task(task).args(args).send();
	}

	/**
	 * Sends a signature and blocks until Redis has it. Celery's {@code apply_async}.
	 * @param signature what to send
	 * @return the handle: of a chain that of its last task, of a group a
	 * {@link GroupResult}, of a chord that of its body
	 * @throws io.github.celeryspring.CeleryException as {@link #send(String, Object...)}
	 */
	AsyncResult<?> send(Signature signature);

	/**
	 * Sends the tasks of a group in pipelined writes and blocks until Redis has all.
	 * @param group what to send; with no tasks in it there is nothing to wait for
	 * @return the handle of the group
	 * @throws io.github.celeryspring.CeleryException as {@link #send(String, Object...)};
	 * a failure of Redis leaves open which were pushed
	 */
	GroupResult<?> send(Group group);

	/**
	 * Sends a signature with more options and blocks until Redis has it.
	 * @param signature what to send
	 * @param options sets options that win over those of the signature. What they mean
	 * for a chain, a group or a chord is as in Celery: the id is that of the last task of
	 * a chain, of a group and of the body of a chord
	 * @return the handle
	 * @throws io.github.celeryspring.CeleryException as {@link #send(String, Object...)}
	 */
	AsyncResult<?> send(Signature signature, Consumer<TaskOptionsBuilder> options);

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
	 * Starts a call in fluent form, whose result has the type of the task.
	 * @param <T> the type of the result
	 * @param task the name of the task and the type of its result
	 * @return the call
	 */
	default <T> TaskSendSpec<T> task(TaskName<T> task) {
		return task(task.name()).returning(task.resultType());
	}

	/**
	 * The handle of a task sent earlier, by anyone.
	 * @param taskId the id
	 * @return the handle
	 */
	AsyncResult<?> result(String taskId);

	/**
	 * The handle of a group that was saved, by {@link GroupResult#save} or by a Python
	 * client. Blocks for one round trip. Celery's {@code GroupResult.restore}.
	 * @param groupId the id
	 * @return the handle, or {@code null} if none is saved
	 * @throws io.github.celeryspring.BrokerUnavailableException if Redis does not answer
	 */
	@Nullable GroupResult<?> restoreGroup(String groupId);

}
