package io.github.celeryspring;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

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

	/**
	 * Removes the wrappers that futures put around a failure.
	 * @param failure as given by a future, wrapped or not
	 * @return what happened
	 */
	public static Throwable unwrap(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

}
