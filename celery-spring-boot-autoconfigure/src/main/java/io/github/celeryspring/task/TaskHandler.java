package io.github.celeryspring.task;

import io.github.celeryspring.protocol.TaskBody;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task. Called by many threads at once.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TaskHandler {

	/**
	 * Runs the task.
	 * @param context the running task
	 * @param body the arguments, as trees
	 * @return the result, or a {@code CompletionStage} of it
	 * @throws Exception what makes the task fail
	 */
	@Nullable Object handle(TaskContext context, TaskBody body) throws Exception;

}
