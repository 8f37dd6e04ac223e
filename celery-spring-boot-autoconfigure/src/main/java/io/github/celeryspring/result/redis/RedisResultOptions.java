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
 * @since 0.1.0
 */
public record RedisResultOptions(@Nullable Duration resultExpires, String globalKeyprefix) {

	/** One day, no prefix. */
	public static final RedisResultOptions DEFAULTS = new RedisResultOptions(Duration.ofDays(1), "");

	public RedisResultOptions {
		if (resultExpires != null && resultExpires.isNegative()) {
			throw new IllegalArgumentException("'resultExpires' must not be negative");
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
