package io.github.celeryspring.task;

import io.github.celeryspring.CeleryException;
import org.jspecify.annotations.Nullable;

/**
 * A task was called with arguments that its method does not take. What Python raises as
 * {@code TypeError}, and what the caller sees as such.
 *
 * @since 0.1.0
 */
public class TaskArgumentException extends CeleryException {

	/**
	 * Creates the exception.
	 * @param message which task and parameter, and what is wrong
	 */
	public TaskArgumentException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message which task and parameter, and what is wrong
	 * @param cause the cause, or {@code null}
	 */
	public TaskArgumentException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
