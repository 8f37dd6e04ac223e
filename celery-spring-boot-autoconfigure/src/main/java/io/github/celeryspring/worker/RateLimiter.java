package io.github.celeryspring.worker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.task.RateLimit;
import io.github.celeryspring.task.TaskDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Keeps tasks from beginning more often than they may. A message that must wait occupies
 * no slot and no permit: of those whose turn is near a few are held, the others are
 * parked in Redis. So tasks with a limit keep neither others nor each other waiting.
 * Thread-safe. Counterpart of the {@code task_buckets} of
 * {@code celery.worker.consumer.Consumer}.
 */
final class RateLimiter {

	private final WorkerOptions options;

	private final TaskLimits limits;

	private final ReservedTasks reserved;

	private final Prefetch prefetch;

	private final OutcomeCompleter completer;

	private final WorkerTimer timer;

	private final Map<String, RateBucket> buckets = new HashMap<>();

	private boolean closed;

	RateLimiter(WorkerOptions options, TaskLimits limits, ReservedTasks reserved, Prefetch prefetch,
			OutcomeCompleter completer, WorkerTimer timer) {
		this.options = options;
		this.limits = limits;
		this.reserved = reserved;
		this.prefetch = prefetch;
		this.completer = completer;
		this.timer = timer;
	}

	/**
	 * Decides whether a task may begin now. Costs nothing for a task without a limit.
	 * @param definition the task
	 * @return whether it may; if not, its message is to be given to {@link #defer}
	 */
	boolean admits(TaskDefinition definition) {
		RateLimit rate = rate(definition);
		if (rate == null || !rate.isLimited()) {
			return true;
		}
		synchronized (this.buckets) {
			long now = System.nanoTime();
			return bucket(definition.name(), rate, now).take(now);
		}
	}

	private RateBucket bucket(String task, RateLimit rate, long now) {
		RateBucket bucket = this.buckets.computeIfAbsent(task, (name) -> new RateBucket(rate, now));
		bucket.rate(rate, now);
		return bucket;
	}

	private @Nullable RateLimit rate(TaskDefinition definition) {
		if (this.options.disableRateLimits()) {
			return null;
		}
		RateLimit set = this.limits.rate(definition.name());
		if (set != null) {
			return set;
		}
		return (definition.rateLimit() != null) ? definition.rateLimit() : this.options.defaultRateLimit();
	}

	/**
	 * Lets a message wait for its turn.
	 * @param delivery the message
	 * @param definition the task
	 */
	void defer(Delivery delivery, TaskDefinition definition) {
		RateLimit set = rate(definition);
		RateLimit rate = (set != null) ? set : RateLimit.NONE;
		long parked = -1;
		synchronized (this.buckets) {
			long now = System.nanoTime();
			RateBucket bucket = bucket(definition.name(), rate, now);
			boolean first = bucket.waiting(now) < 0;
			if (this.closed || !bucket.hold(delivery, now)) {
				parked = bucket.park(now);
			}
			else if (first) {
				releaseLater(bucket, now);
			}
		}
		if (parked < 0) {
			this.prefetch.giveBack(1);
		}
		else {
			Instant due = Instant.now().plusNanos(parked);
			this.completer.settleDirectly(delivery, () -> delivery.park(due));
		}
	}

	private void releaseLater(RateBucket bucket, long now) {
		long wait = bucket.waiting(now);
		if (wait >= 0) {
			this.timer.after(wait, () -> release(bucket));
		}
	}

	private void release(RateBucket bucket) {
		Delivery delivery;
		synchronized (this.buckets) {
			long now = System.nanoTime();
			delivery = bucket.release(now);
			releaseLater(bucket, now);
		}
		if (delivery != null) {
			this.prefetch.borrow();
			if (!this.reserved.add(List.of(delivery))) {
				this.completer.release(List.of(delivery));
			}
		}
	}

	/**
	 * Holds no message from now on.
	 * @return the messages that were held, with a permit each
	 */
	List<Delivery> close() {
		List<Delivery> held = new ArrayList<>();
		synchronized (this.buckets) {
			this.closed = true;
			this.buckets.values().forEach((bucket) -> held.addAll(bucket.close()));
		}
		held.forEach((delivery) -> this.prefetch.borrow());
		return held;
	}

}
