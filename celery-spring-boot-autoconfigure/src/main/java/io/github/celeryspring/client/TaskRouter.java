package io.github.celeryspring.client;

import io.github.celeryspring.canvas.TaskSignature;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the queue of a task whose sender named none. Several are asked in order. Called
 * by any thread; must not block. Counterpart of a function in {@code task_routes}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TaskRouter {

	/**
	 * Chooses the queue.
	 * @param signature the task to be sent
	 * @return the name of the queue, or {@code null} to leave it to the next
	 */
	@Nullable String route(TaskSignature signature);

}
