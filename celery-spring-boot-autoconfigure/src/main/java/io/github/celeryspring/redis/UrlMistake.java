package io.github.celeryspring.redis;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a URL; whoever knows the whole URL makes an
 * {@link InvalidRedisUrlException} of it. Shows no secret.
 */
final class UrlMistake extends RuntimeException {

	/** What helps against most mistakes in credentials. */
	static final String ENCODE = "In user name and password write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23,"
			+ " ; as %3B and % as %25.";

	private final String reason;

	private final String remedy;

	UrlMistake(String reason, String remedy) {
		this(reason, remedy, null);
	}

	UrlMistake(String reason, String remedy, @Nullable Throwable cause) {
		super(reason, cause, false, false);
		this.reason = reason;
		this.remedy = remedy;
	}

	InvalidRedisUrlException in(String url) {
		return new InvalidRedisUrlException(RedactedUrl.of(url), this.reason, this.remedy, getCause());
	}

}
