package io.github.celeryspring.result.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.github.celeryspring.redis.RedisFailures;
import io.github.celeryspring.result.redis.RedisResultOptions.RetryPolicy;

/**
 * Tries again what failed for a passing reason. The timeout is looked at between two
 * attempts, as in Python: it ends neither an attempt nor a pause. Counterpart of
 * {@code kombu.utils.functional.retry_over_time}.
 */
final class Retries {

	private final RetryPolicy policy;

	private final BooleanSupplier closed;

	/**
	 * Creates it.
	 * @param policy how often and when
	 * @param closed whether to give up
	 */
	Retries(RetryPolicy policy, BooleanSupplier closed) {
		this.policy = policy;
		this.closed = closed;
	}

	/**
	 * Runs work that may be repeated.
	 * @param <T> the result
	 * @param work must not block
	 * @return the result of the first attempt that succeeded, or the last failure
	 */
	<T> CompletionStage<T> run(Supplier<? extends CompletionStage<T>> work) {
		return attempt(work, 0, System.nanoTime());
	}

	private <T> CompletionStage<T> attempt(Supplier<? extends CompletionStage<T>> work, int retries, long start) {
		return work.get().exceptionallyCompose((failure) -> {
			if (!RedisFailures.isPassing(failure) || this.closed.getAsBoolean() || isOver(retries, start)) {
				return CompletableFuture.failedStage(failure);
			}
			CompletableFuture<Void> paused = new CompletableFuture<>();
			CompletableFuture.delayedExecutor(pause(retries).toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
				.execute(() -> paused.complete(null));
			return paused.thenCompose((done) -> attempt(work, retries + 1, start));
		});
	}

	private boolean isOver(int retries, long start) {
		Integer max = this.policy.maxRetries();
		Duration timeout = this.policy.timeout();
		return (max != null && retries >= max)
				|| (timeout != null && !timeout.isZero() && System.nanoTime() - start > timeout.toNanos());
	}

	/**
	 * The pause after an attempt. kombu's steps end at the last one within
	 * {@code interval_max}, and no pause is longer than that.
	 * @param retries how many retries there were
	 * @return how long to wait
	 */
	Duration pause(int retries) {
		Duration step = this.policy.intervalStep();
		Duration max = this.policy.intervalMax();
		long steps = step.isZero() ? 0 : Math.min(retries, max.dividedBy(step));
		Duration pause = this.policy.intervalStart().plus(step.multipliedBy(steps));
		return (pause.compareTo(max) < 0) ? pause : max;
	}

}
