package io.github.celeryspring.result.redis;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How results are kept. The names are Celery's.
 *
 * @param resultExpires how long a result is kept after each write, in whole seconds;
 * {@code null} or zero for ever. Celery's {@code result_expires}
 * @param globalKeyprefix put before all keys and channels; an underscore is added unless
 * it ends in one of {@code : _ - .} The {@code global_keyprefix} of Celery's
 * {@code result_backend_transport_options}
 * @param resultChordOrdered whether a chord collects the results of its header in order
 * (sorted set) rather than as they come (list)
 * @param retryPolicy how often reading and deleting is tried again; writing is tried
 * until Redis takes it, and waiting lasts as long as who waits wants it to
 * @since 0.1.0
 */
public record RedisResultOptions(@Nullable Duration resultExpires, String globalKeyprefix, boolean resultChordOrdered,
		RetryPolicy retryPolicy) {

	/** One day, no prefix, ordered chords. */
	public static final RedisResultOptions DEFAULTS = new RedisResultOptions(Duration.ofDays(1), "");

	public RedisResultOptions {
		if (resultExpires != null && resultExpires.isNegative()) {
			throw new IllegalArgumentException("'resultExpires' must not be negative");
		}
	}

	/**
	 * The defaults with another expiry and prefix.
	 * @param resultExpires how long a result is kept, or {@code null}
	 * @param globalKeyprefix put before all keys and channels
	 */
	public RedisResultOptions(@Nullable Duration resultExpires, String globalKeyprefix) {
		this(resultExpires, globalKeyprefix, true, RetryPolicy.DEFAULTS);
	}

	/**
	 * Celery's {@code retry_policy} of {@code result_backend_transport_options}.
	 *
	 * @param maxRetries how often to try again; 0 for never, {@code null} for ever
	 * @param intervalStart pause before the first retry
	 * @param intervalStep how much longer each further pause is
	 * @param intervalMax the longest pause
	 * @param timeout after this time no attempt follows another; zero or {@code null} for
	 * no limit
	 */
	public record RetryPolicy(@Nullable Integer maxRetries, Duration intervalStart, Duration intervalStep,
			Duration intervalMax, @Nullable Duration timeout) {

		/** Celery's: 20 retries, the first at once, the others after a second. */
		public static final RetryPolicy DEFAULTS = new RetryPolicy(20, Duration.ZERO, Duration.ofSeconds(1),
				Duration.ofSeconds(1), null);

		public RetryPolicy {
			boolean negative = intervalStart.isNegative() || intervalStep.isNegative() || intervalMax.isNegative()
					|| (timeout != null && timeout.isNegative()) || (maxRetries != null && maxRetries < 0);
			if (negative) {
				throw new IllegalArgumentException("'retry_policy' must not contain negative values");
			}
		}

	}

	/**
	 * The expiry as Redis takes it.
	 * @return seconds, 0 for none; a part of a second counts as a whole one
	 */
	long expirySeconds() {
		if (this.resultExpires == null) {
			return 0;
		}
		return this.resultExpires.getSeconds() + ((this.resultExpires.getNano() > 0) ? 1 : 0);
	}

}
