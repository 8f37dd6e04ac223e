package io.github.celeryspring.client;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How often, and after which pauses, a message that Redis did not confirm is pushed
 * again: Celery's {@code task_publish_retry} and {@code task_publish_retry_policy}. The
 * deadline of the send ends the retries too.
 *
 * @param enabled whether to retry at all
 * @param maxRetries how many retries follow the first try, or {@code null} for as many as
 * the deadline allows
 * @param intervalStart pause before the first retry
 * @param intervalStep how much longer each further pause is
 * @param intervalMax longest pause
 * @since 0.1.0
 */
public record PublishRetryPolicy(boolean enabled, @Nullable Integer maxRetries, Duration intervalStart,
		Duration intervalStep, Duration intervalMax) {

	/** Celery's: 3 retries, after 0, 0.2 and 0.4 seconds. */
	public static final PublishRetryPolicy DEFAULTS = new PublishRetryPolicy(true, 3, Duration.ZERO,
			Duration.ofMillis(200), Duration.ofSeconds(1));

	/**
	 * Whether another retry is allowed.
	 * @param retries how many there were
	 * @return whether to retry
	 */
	boolean allows(int retries) {
		return this.enabled && (this.maxRetries == null || retries < this.maxRetries);
	}

	/**
	 * The pause before a retry.
	 * @param retries how many retries there were
	 * @return the pause in milliseconds
	 */
	long pauseMillis(int retries) {
		long pause = this.intervalStart.toMillis() + this.intervalStep.toMillis() * retries;
		return Math.max(0, Math.min(pause, this.intervalMax.toMillis()));
	}

}
