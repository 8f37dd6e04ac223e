package io.github.celeryspring;

import org.jspecify.annotations.Nullable;

/**
 * Redis did not take a command in time, after all retries. kombu's
 * {@code OperationalError}. Whether the command was executed is unknown.
 *
 * @since 0.1.0
 */
public class BrokerUnavailableException extends CeleryException {

	/**
	 * Creates the exception.
	 * @param message what was tried, how often and for how long
	 * @param cause the last failure, or {@code null}
	 */
	public BrokerUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
