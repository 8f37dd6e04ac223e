package io.github.celeryspring;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything that celery-spring-boot throws on its own account.
 *
 * @since 0.1.0
 */
public class CeleryException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param message what went wrong, without secrets
	 */
	public CeleryException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message what went wrong, without secrets
	 * @param cause the cause, or {@code null}
	 */
	public CeleryException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
