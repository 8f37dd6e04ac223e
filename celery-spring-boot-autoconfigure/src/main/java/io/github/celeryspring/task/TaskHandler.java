package io.github.celeryspring.task;

import java.util.List;

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

	/**
	 * What the arguments are called that are given by position.
	 * @return the names in order, as far as they are known
	 */
	default List<String> parameterNames() {
		return List.of();
	}

}
