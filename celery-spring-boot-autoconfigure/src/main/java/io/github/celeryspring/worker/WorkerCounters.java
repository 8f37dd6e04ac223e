package io.github.celeryspring.worker;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.github.celeryspring.worker.WorkerSnapshot.Totals;

/**
 * Counts what the worker has done.
 */
final class WorkerCounters {

	final LongAdder succeeded = new LongAdder();

	final LongAdder failed = new LongAdder();

	final LongAdder deadLettered = new LongAdder();

	final LongAdder expired = new LongAdder();

	final LongAdder parked = new LongAdder();

	final LongAdder released = new LongAdder();

	private final Map<String, LongAdder> begun = new ConcurrentHashMap<>();

	/** A task begins. */
	void begun(String task) {
		LongAdder adder = this.begun.get(task);
		if (adder == null) {
			adder = this.begun.computeIfAbsent(task, (name) -> new LongAdder());
		}
		adder.increment();
	}

	/** How many tasks of each name have begun. */
	Map<String, Long> begun() {
		Map<String, Long> counts = new TreeMap<>();
		this.begun.forEach((task, count) -> counts.put(task, count.sum()));
		return counts;
	}

	Totals totals() {
		long succeeded = this.succeeded.sum();
		long failed = this.failed.sum();
		return new Totals(succeeded + failed, succeeded, failed, this.deadLettered.sum(), this.expired.sum(),
				this.parked.sum(), this.released.sum());
	}

}
