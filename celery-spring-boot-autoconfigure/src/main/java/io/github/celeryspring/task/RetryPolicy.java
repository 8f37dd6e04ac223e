package io.github.celeryspring.task;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * How a task is retried. Counterpart of {@code celery.app.autoretry} and of the retry
 * options of {@code @app.task}.
 *
 * @param autoretryFor what the task is retried for by itself
 * @param dontAutoretryFor what it is not, although {@code autoretryFor} says so
 * @param maxRetries how often it is retried at most; negative for no limit
 * @param defaultRetryDelay how long it takes until a retry that does not say it
 * @param retryBackoff the pause before the first retry by itself, doubled each time, or
 * {@code null} for {@code defaultRetryDelay} each time
 * @param retryBackoffMax the longest pause if it is doubled
 * @param retryJitter whether a pause that is doubled is cut short by chance
 * @since 0.1.0
 */
public record RetryPolicy(List<Class<? extends Throwable>> autoretryFor,
		List<Class<? extends Throwable>> dontAutoretryFor, int maxRetries, Duration defaultRetryDelay,
		@Nullable Duration retryBackoff, Duration retryBackoffMax, boolean retryJitter) {

	/** Celery's: three retries, each after three minutes, and only if asked for. */
	public static final RetryPolicy DEFAULTS = new RetryPolicy(List.of(), List.of(), 3, Duration.ofMinutes(3), null,
			Duration.ofMinutes(10), true);

	public RetryPolicy {
		autoretryFor = List.copyOf(autoretryFor);
		dontAutoretryFor = List.copyOf(dontAutoretryFor);
	}

	/**
	 * Whether the task is retried although it did not ask for it.
	 * @param thrown what it threw
	 * @return whether it is to be retried
	 */
	public boolean retries(Throwable thrown) {
		return TaskDefinition.isAnyOf(this.autoretryFor, thrown)
				&& !TaskDefinition.isAnyOf(this.dontAutoretryFor, thrown);
	}

	/**
	 * How long it takes until the task is retried by itself.
	 * @param retries how often it was retried before
	 * @return the pause
	 */
	public Duration delay(int retries) {
		if (this.retryBackoff == null) {
			return this.defaultRetryDelay;
		}
		double doubled = this.retryBackoff.toMillis() * Math.pow(2, retries);
		long millis = (long) Math.min(this.retryBackoffMax.toMillis(), doubled);
		return Duration.ofMillis(this.retryJitter ? ThreadLocalRandom.current().nextLong(millis + 1) : millis);
	}

}
