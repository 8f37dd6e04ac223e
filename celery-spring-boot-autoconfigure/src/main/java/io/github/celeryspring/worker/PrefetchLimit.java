package io.github.celeryspring.worker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Decides how many messages the worker holds at most. Either a fixed number, or as many
 * as keep every slot busy for about 100 ms, learned from how long tasks occupy a slot: a
 * worker with long tasks holds only what it runs and leaves the rest to others.
 */
final class PrefetchLimit {

	/** What Celery's "unlimited" means here. */
	static final int UNLIMITED = 10_000;

	private static final int MAX_BUFFER = 256;

	private static final double BUFFERED_NANOS_PER_SLOT = TimeUnit.MILLISECONDS.toNanos(100);

	private static final double SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

	/**
	 * Weight of the newest measurement at most, and how many runs give it half of that.
	 */
	private static final double MAX_WEIGHT = 0.5;

	private static final double RUNS_FOR_WEIGHT = 16;

	private final int concurrency;

	private final boolean adaptive;

	private final LongAdder runs = new LongAdder();

	private final LongAdder runNanos = new LongAdder();

	private volatile int current;

	private long seenRuns;

	private long seenNanos;

	/** Negative until something was measured. */
	private double meanNanos = -1;

	PrefetchLimit(WorkerOptions options) {
		this.concurrency = options.concurrency();
		Integer multiplier = options.prefetchMultiplier();
		this.adaptive = (multiplier == null);
		if (multiplier == null) {
			this.current = this.concurrency;
		}
		else {
			long limit = (long) this.concurrency * multiplier;
			this.current = (int) ((multiplier == 0) ? Math.max(UNLIMITED, this.concurrency)
					: Math.min(limit, Integer.MAX_VALUE / 2));
		}
	}

	boolean isAdaptive() {
		return this.adaptive;
	}

	int current() {
		return this.current;
	}

	/**
	 * How many messages may wait for a slot.
	 */
	int buffer() {
		return this.current - this.concurrency;
	}

	/**
	 * Notes how long a message occupied a slot. Called by any thread.
	 */
	void ran(long nanos) {
		if (this.adaptive) {
			this.runs.increment();
			this.runNanos.add(nanos);
		}
	}

	/**
	 * Learns from the runs since the last call. Called by the fetch thread.
	 */
	void adapt() {
		if (!this.adaptive) {
			return;
		}
		// The sums are read one after the other while others add: the mean is a little
		// wrong at times, and does not need to be better.
		long newRuns = this.runs.sum() - this.seenRuns;
		long newNanos = this.runNanos.sum() - this.seenNanos;
		if (newRuns <= 0) {
			return;
		}
		this.seenRuns += newRuns;
		this.seenNanos += newNanos;
		double sample = (double) Math.max(0, newNanos) / newRuns;
		double weight = (this.meanNanos < 0) ? 1 : MAX_WEIGHT * newRuns / (newRuns + RUNS_FOR_WEIGHT);
		this.meanNanos += (sample - this.meanNanos) * weight;
		double buffer = this.concurrency * BUFFERED_NANOS_PER_SLOT / Math.max(1, this.meanNanos);
		this.current = this.concurrency + (int) Math.min(MAX_BUFFER, buffer);
	}

	/**
	 * Holds only what runs until tasks prove to be fast again. Called by the fetch
	 * thread.
	 */
	void collapse() {
		if (this.adaptive) {
			this.meanNanos = Math.max(this.meanNanos, SLOW_NANOS);
			this.current = this.concurrency;
		}
	}

}
