package io.github.celeryspring.task;

import io.github.celeryspring.CeleryException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a task to run again later; {@link TaskContext#retry} makes it. Counterpart of
 * {@code celery.exceptions.Retry}.
 *
 * @since 0.1.0
 */
public final class RetryException extends CeleryException {

	private final RetrySpec spec;

	RetryException(@Nullable Throwable cause, RetrySpec spec) {
		super("The task is to be retried", cause);
		this.spec = spec;
	}

	/**
	 * How it is to be retried.
	 * @return what was set
	 */
	public RetrySpec spec() {
		return this.spec;
	}

}
