package io.github.celeryspring.task;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * Binds a {@link TaskContext} to the thread that runs the task.
 *
 * @since 0.1.0
 */
public final class CurrentTask {

	private static final ThreadLocal<TaskContext> current = new ThreadLocal<>();

	private CurrentTask() {
	}

	static @Nullable TaskContext get() {
		return current.get();
	}

	/**
	 * Calls with the context bound to this thread, and unbinds it.
	 * @param <T> the type of the outcome
	 * @param context the context
	 * @param call what to call
	 * @return what it returned
	 * @throws Exception what it threw
	 */
	public static <T extends @Nullable Object> T call(TaskContext context, Callable<T> call) throws Exception {
		current.set(context);
		try {
			return call.call();
		}
		finally {
			current.remove();
		}
	}

}
