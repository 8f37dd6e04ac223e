package io.github.celeryspring.kombu;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The logical clock of a process, which orders what different hosts tell. Thread-safe.
 * Counterpart of {@code kombu.clocks.LamportClock}.
 *
 * @since 0.1.0
 */
public final class LamportClock {

	private final AtomicLong value = new AtomicLong();

	/**
	 * The time now.
	 * @return from 0
	 */
	public long value() {
		return this.value.get();
	}

	/**
	 * Something is sent.
	 * @return the time to send with it
	 */
	public long forward() {
		return this.value.incrementAndGet();
	}

	/**
	 * Something has come.
	 * @param other the time that came with it
	 */
	public void adjust(long other) {
		this.value.updateAndGet((own) -> Math.max(own, other) + 1);
	}

}
