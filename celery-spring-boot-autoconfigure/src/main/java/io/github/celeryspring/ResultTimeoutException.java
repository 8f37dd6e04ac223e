package io.github.celeryspring;

/**
 * The result of a task did not arrive in time. Celery's {@code TimeoutError}.
 *
 * @since 0.1.0
 */
public class ResultTimeoutException extends CeleryException {

	/**
	 * Creates the exception.
	 * @param message which task was waited for, and how long
	 */
	public ResultTimeoutException(String message) {
		super(message);
	}

}
