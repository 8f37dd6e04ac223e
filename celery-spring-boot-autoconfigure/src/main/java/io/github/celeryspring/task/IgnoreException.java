package io.github.celeryspring.task;

import io.github.celeryspring.CeleryException;

/**
 * Thrown by a task that ends without any result: nothing is stored, nothing is called.
 * Only a chord that it is a part of is told, and fails: in Celery it never ends.
 * Counterpart of {@code celery.exceptions.Ignore}.
 *
 * @since 0.1.0
 */
public final class IgnoreException extends CeleryException {

	/**
	 * Ends the task without a result.
	 */
	public IgnoreException() {
		super("The task is ignored");
	}

}
