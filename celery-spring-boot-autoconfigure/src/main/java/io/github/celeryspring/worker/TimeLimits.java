package io.github.celeryspring.worker;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How long a task may run.
 *
 * @param soft when it is interrupted, or {@code null} for never
 * @param hard when it fails whatever it does, or {@code null} for never
 * @since 0.1.0
 */
public record TimeLimits(@Nullable Duration soft, @Nullable Duration hard) {

	/** No limits. */
	public static final TimeLimits NONE = new TimeLimits(null, null);

	public TimeLimits {
		soft = positive(soft);
		hard = positive(hard);
	}

	/** Celery takes 0 for none. */
	private static @Nullable Duration positive(@Nullable Duration limit) {
		return (limit != null && !limit.isZero() && !limit.isNegative()) ? limit : null;
	}

}
