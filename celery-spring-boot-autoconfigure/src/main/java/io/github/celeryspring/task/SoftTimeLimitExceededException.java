package io.github.celeryspring.task;

import io.github.celeryspring.CeleryException;

/**
 * What a task fails with when it was interrupted at its soft time limit and did not say
 * otherwise. Counterpart of {@code billiard.exceptions.SoftTimeLimitExceeded}.
 *
 * @since 0.1.0
 */
public final class SoftTimeLimitExceededException extends CeleryException {

	/**
	 * Creates the exception.
	 */
	public SoftTimeLimitExceededException() {
		super("SoftTimeLimitExceeded()");
	}

}
