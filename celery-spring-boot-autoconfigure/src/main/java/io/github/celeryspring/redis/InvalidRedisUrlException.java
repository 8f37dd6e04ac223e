package io.github.celeryspring.redis;

import io.github.celeryspring.CeleryException;
import org.jspecify.annotations.Nullable;

/**
 * A Redis URL cannot be used. Neither the message nor the getters show credentials.
 *
 * @since 0.1.0
 */
public class InvalidRedisUrlException extends CeleryException {

	private final String url;

	private final String reason;

	private final String remedy;

	/**
	 * Creates the exception.
	 * @param url the URL, without credentials
	 * @param reason what is wrong with it
	 * @param remedy what to write instead
	 * @param cause the cause, or {@code null}; it must not show credentials either
	 */
	public InvalidRedisUrlException(String url, String reason, String remedy, @Nullable Throwable cause) {
		super("Redis URL '" + url + "' cannot be used: " + reason + ". " + remedy, cause);
		this.url = url;
		this.reason = reason;
		this.remedy = remedy;
	}

	/**
	 * The URL that can be shown.
	 * @return the URL without credentials and query values
	 */
	public String getUrl() {
		return this.url;
	}

	/**
	 * What is wrong with the URL.
	 * @return a clause without full stop
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * What to do about it.
	 * @return a sentence
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
