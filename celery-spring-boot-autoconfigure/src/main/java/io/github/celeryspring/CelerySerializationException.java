package io.github.celeryspring;

import org.jspecify.annotations.Nullable;

/**
 * A value could not be written for, or read from, the wire. Celery's {@code EncodeError}
 * and {@code DecodeError}.
 *
 * @since 0.1.0
 */
public class CelerySerializationException extends CeleryException {

	/**
	 * Creates the exception.
	 * @param message which value of what could not be converted
	 * @param cause the cause, or {@code null}
	 */
	public CelerySerializationException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
