package io.github.celeryspring;

import org.jspecify.annotations.Nullable;

/**
 * A message breaks the protocol: one of ours, refused before it was pushed because it
 * could hurt a peer, or one received that cannot be understood.
 *
 * @since 0.1.0
 */
public class InvalidMessageException extends CeleryException {

	/**
	 * Creates the exception.
	 * @param message which rule is broken, and by what
	 */
	public InvalidMessageException(String message) {
		super(message);
	}

	/**
	 * Creates the exception.
	 * @param message which rule is broken, and by what
	 * @param cause the cause, or {@code null}
	 */
	public InvalidMessageException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
