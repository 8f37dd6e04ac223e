package io.github.celeryspring.client;

import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import org.jspecify.annotations.Nullable;

/**
 * Says how a task is sent where its sender left that open. Several are asked in order;
 * each fills in what the sender and those before it left open. Queue, exchange and
 * routing key belong together: they are those of the first who names a queue or an
 * exchange. Called by any thread; must not block. Counterpart of a function in
 * {@code task_routes}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TaskRouter {

	/**
	 * Routes a task.
	 * @param signature the task to be sent
	 * @return how to send it, such as {@link TaskOptions#toQueue}, or {@code null} to
	 * leave it to the next
	 */
	@Nullable TaskOptions route(TaskSignature signature);

}
