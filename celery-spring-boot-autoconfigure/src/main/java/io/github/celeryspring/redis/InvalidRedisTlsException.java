package io.github.celeryspring.redis;

import io.github.celeryspring.CeleryException;
import org.jspecify.annotations.Nullable;

/**
 * A TLS option that is not allowed, or names a file that cannot be used. The message
 * contains no secret.
 *
 * @since 0.1.0
 */
public final class InvalidRedisTlsException extends CeleryException {

	private final String remedy;

	InvalidRedisTlsException(String reason, String remedy, @Nullable Throwable cause) {
		super(reason, cause);
		this.remedy = remedy;
	}

	/**
	 * What to do about it.
	 * @return one or more sentences
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
