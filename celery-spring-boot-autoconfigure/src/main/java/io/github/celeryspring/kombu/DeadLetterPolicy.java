package io.github.celeryspring.kombu;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * What becomes of messages that nobody can process.
 *
 * @param enabled whether they go to {@code <queue>.dlq}; otherwise they are dropped, as
 * Celery does
 * @param maxLength how many letters a dead-letter queue keeps, the newest; 0 for all
 * @param maxAge how long a letter is kept; zero for ever
 * @since 0.1.0
 */
public record DeadLetterPolicy(boolean enabled, int maxLength, Duration maxAge) {

	/** The newest 10 000, for 14 days. */
	public static final DeadLetterPolicy DEFAULTS = new DeadLetterPolicy(true, 10_000, Duration.ofDays(14));

	/** Celery's way: what cannot be processed is dropped. */
	public static final DeadLetterPolicy OFF = new DeadLetterPolicy(false, 0, Duration.ZERO);

	public DeadLetterPolicy {
		Assert.isTrue(maxLength >= 0, "'maxLength' must not be negative");
		Assert.isTrue(!maxAge.isNegative(), "'maxAge' must not be negative");
	}

}
