package io.github.celeryspring.task;

import io.github.celeryspring.CeleryException;

/**
 * What a task fails with that has no retries left and gave no cause. Counterpart of
 * {@code celery.exceptions.MaxRetriesExceededError}.
 *
 * @since 0.1.0
 */
public final class MaxRetriesExceededException extends CeleryException {

	/**
	 * Creates the exception.
	 * @param message which task
	 */
	public MaxRetriesExceededException(String message) {
		super(message);
	}

}
