package io.github.celeryspring.task;

import io.github.celeryspring.CeleryException;

/**
 * Two tasks have the same name.
 *
 * @since 0.1.0
 */
public class DuplicateTaskException extends CeleryException {

	/**
	 * Creates the exception.
	 * @param taskName the name
	 * @param first where it was defined
	 * @param second where it was defined again
	 */
	public DuplicateTaskException(String taskName, String first, String second) {
		super("Task '" + taskName + "' is defined twice: by " + first + " and by " + second);
	}

}
