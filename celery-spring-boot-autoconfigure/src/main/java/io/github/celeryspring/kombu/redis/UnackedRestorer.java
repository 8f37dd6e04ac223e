package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.kombu.redis.OverdueMessages.Page;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Decides when to sweep: every {@code unacked_restore_interval}, and when the next lease
 * runs out or parked message is due. A peer that holds the lock is left to do it, but not
 * for long, because it may be dead. All state belongs to the timer thread.
 */
final class UnackedRestorer {

	private static final Log logger = LogFactory.getLog(UnackedRestorer.class);

	/** What comes due together is restored together. */
	private static final long SHORTEST_PAUSE_MILLIS = 200;

	/**
	 * How long a peer that holds the lock may take before the work is done without it.
	 */
	private static final long GRACE_MILLIS = 500;

	private static final long RETRY_MILLIS = 1000;

	private final RestoreSweep sweep;

	private final RedisMutex mutex;

	private final long intervalMillis;

	private final ScheduledExecutorService timer;

	private volatile boolean sweeping;

	private @Nullable ScheduledFuture<?> scheduled;

	private long wakeAtNanos;

	private long lastSweepNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(SHORTEST_PAUSE_MILLIS);

	/**
	 * Creates a restorer.
	 * @param sweep restores
	 * @param mutex kombu's lock
	 * @param options the options
	 * @param timer the timer
	 */
	UnackedRestorer(RestoreSweep sweep, RedisMutex mutex, RedisTransportOptions options,
			ScheduledExecutorService timer) {
		this.sweep = sweep;
		this.mutex = mutex;
		this.intervalMillis = options.unackedRestoreInterval().toMillis();
		this.timer = timer;
	}

	/** Sweeps at once, as kombu does when a worker starts, and from then on. */
	void start() {
		this.timer.execute(() -> schedule(0));
	}

	/** After the timer has ended: peers shall not wait for a sweep that was cut off. */
	void stop() {
		if (this.sweeping) {
			this.mutex.release();
		}
	}

	/** Makes sure that there is a sweep when a message is due. Any thread. */
	void wakeAt(Instant due) {
		this.timer.execute(() -> {
			long millis = Math.max(0, Duration.between(Instant.now(), due).toMillis() + 1);
			if (millis < this.intervalMillis) {
				wakeIn(millis);
			}
		});
	}

	private void wakeIn(long millis) {
		long sinceLast = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.lastSweepNanos);
		long later = Math.max(millis, SHORTEST_PAUSE_MILLIS - sinceLast);
		long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(later);
		if (this.scheduled == null || at - this.wakeAtNanos < 0) {
			schedule(later);
		}
	}

	private void schedule(long millis) {
		if (this.scheduled != null) {
			this.scheduled.cancel(false);
		}
		this.wakeAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
		this.scheduled = this.timer.schedule(this::wake, millis, TimeUnit.MILLISECONDS);
	}

	private void wake() {
		if (this.sweeping) {
			schedule(SHORTEST_PAUSE_MILLIS);
			return;
		}
		this.sweeping = true;
		// Whoever parks a message during the sweep makes this earlier.
		schedule(this.intervalMillis);
		sweepAlone().whenCompleteAsync((page, failure) -> {
			this.sweeping = false;
			this.lastSweepNanos = System.nanoTime();
			if (failure != null) {
				logger.debug("Could not restore unacknowledged messages", failure);
				wakeIn(Math.min(RETRY_MILLIS, this.intervalMillis));
			}
			else if (page.nextInMillis() >= 0) {
				wakeIn(Math.min(this.intervalMillis, page.nextInMillis() + 1));
			}
		}, this.timer);
	}

	private CompletableFuture<Page> sweepAlone() {
		return this.mutex.tryAcquire().thenCompose((acquired) -> {
			if (acquired) {
				return sweepAndRelease();
			}
			return this.sweep.look().thenCompose((page) -> {
				boolean nothing = page.overdue() == 0;
				return nothing ? CompletableFuture.completedFuture(page) : sweepLater();
			});
		});
	}

	private CompletableFuture<Page> sweepAndRelease() {
		CompletableFuture<Page> swept = this.sweep.run();
		swept.whenComplete((page, failure) -> this.mutex.release());
		return swept;
	}

	/**
	 * Without the lock, which only saves peers from doing the same work, and which a dead
	 * peer holds for five minutes.
	 */
	private CompletableFuture<Page> sweepLater() {
		CompletableFuture<Page> swept = new CompletableFuture<>();
		this.timer.schedule(() -> this.sweep.run().whenComplete((page, failure) -> {
			if (failure != null) {
				swept.completeExceptionally(failure);
			}
			else {
				swept.complete(page);
			}
		}), GRACE_MILLIS, TimeUnit.MILLISECONDS);
		return swept;
	}

}
