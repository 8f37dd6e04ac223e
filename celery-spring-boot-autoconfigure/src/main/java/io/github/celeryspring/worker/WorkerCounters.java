package io.github.celeryspring.worker;

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

	Totals totals() {
		long succeeded = this.succeeded.sum();
		long failed = this.failed.sum();
		return new Totals(succeeded + failed, succeeded, failed, this.deadLettered.sum(), this.expired.sum(),
				this.parked.sum(), this.released.sum());
	}

}
