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
 * Decides when to sweep: every {@code unacked_restore_interval} while something is left,
 * and at once when a lease runs out or a parked message is due. What peers park is seen
 * by looking often, which is one cheap command: the peer may be dead when it is due. A
 * peer that holds the lock is left to sweep, but not for long, because it may be dead,
 * too. All state belongs to the timer thread.
 */
final class UnackedRestorer {

	private static final Log logger = LogFactory.getLog(UnackedRestorer.class);

	/** How late a message may be that a peer parked shortly before it is due. */
	private static final long LONGEST_PAUSE_MILLIS = 500;

	/** What comes due together is restored together. */
	private static final long SHORTEST_PAUSE_MILLIS = 200;

	/**
	 * How long a peer that holds the lock may take before the work is done without it.
	 */
	private static final long GRACE_MILLIS = 300;

	private final RestoreSweep sweep;

	private final RedisMutex mutex;

	private final long intervalNanos;

	private final long pauseMillis;

	private final ScheduledExecutorService timer;

	private volatile boolean sweeping;

	private @Nullable ScheduledFuture<?> scheduled;

	private long wakeAtNanos;

	private long lastLookNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(SHORTEST_PAUSE_MILLIS);

	private long lastSweepNanos;

	/** How many messages the last sweep could or should not restore. */
	private long left;

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
		this.intervalNanos = options.unackedRestoreInterval().toNanos();
		this.pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, options.unackedRestoreInterval().toMillis());
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
		long millis = Math.max(0, Duration.between(Instant.now(), due).toMillis() + 1);
		if (millis < this.pauseMillis) {
			this.timer.execute(() -> wakeIn(millis));
		}
	}

	private void wakeIn(long millis) {
		long sinceLast = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.lastLookNanos);
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
		// Whoever parks a message meanwhile makes this earlier.
		schedule(this.pauseMillis);
		lookAndSweep().whenCompleteAsync((page, failure) -> {
			this.sweeping = false;
			this.lastLookNanos = System.nanoTime();
			if (failure != null) {
				logger.debug("Could not restore unacknowledged messages", failure);
			}
			else if (page.nextInMillis() >= 0 && page.nextInMillis() < this.pauseMillis) {
				wakeIn(page.nextInMillis() + 1);
			}
		}, this.timer);
	}

	private CompletableFuture<Page> lookAndSweep() {
		return this.sweep.look().thenComposeAsync((page) -> {
			// Peers may have restored some of them, or the application may have.
			this.left = Math.min(this.left, page.overdue());
			boolean again = this.left > 0 && System.nanoTime() - this.lastSweepNanos > this.intervalNanos;
			return (page.overdue() > this.left || again) ? sweep() : CompletableFuture.completedFuture(page);
		}, this.timer);
	}

	private CompletableFuture<Page> sweep() {
		return this.mutex.tryAcquire()
			.thenCompose((acquired) -> acquired ? sweepAndRelease() : sweepLater())
			.thenApplyAsync((page) -> {
				this.left = page.overdue();
				this.lastSweepNanos = System.nanoTime();
				return page;
			}, this.timer);
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
