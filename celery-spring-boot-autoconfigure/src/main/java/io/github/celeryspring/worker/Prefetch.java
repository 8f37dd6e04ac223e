package io.github.celeryspring.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * The permits of the messages that the worker holds: taken before a message is fetched,
 * given back when Redis has confirmed that it is settled. Without a permit nothing is
 * fetched; that is the whole back-pressure. Counterpart of {@code kombu.common.QoS}.
 */
final class Prefetch {

	/**
	 * How many messages may wait for Redis to confirm their results and acks beyond an
	 * adaptive limit: they keep no slot busy and no other worker could do anything with
	 * them, so that a slow Redis costs memory, not throughput.
	 */
	private static final int MAX_SETTLING = 4096;

	/** How long to wait for a few permits more, to fetch many messages at once. */
	private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private static final int MAX_GATHERED = 64;

	private final PrefetchLimit limit;

	private final AtomicInteger held = new AtomicInteger();

	private final AtomicInteger settling = new AtomicInteger();

	private volatile @Nullable Thread waiting;

	private volatile boolean confirmed;

	private volatile int wanted;

	private volatile boolean woken;

	private volatile @Nullable CompletableFuture<Void> idle;

	Prefetch(PrefetchLimit limit) {
		this.limit = limit;
	}

	PrefetchLimit limit() {
		return this.limit;
	}

	/**
	 * Takes permits for messages to be fetched. Only the fetch thread calls this.
	 * @param max how many at most
	 * @param nanos how long to wait for the first
	 * @return how many were taken, possibly none
	 */
	int acquire(int max, long nanos) {
		int gathered = Math.min(Math.min(max, MAX_GATHERED), this.limit.buffer() / 4);
		if (available() < 1) {
			await(1, nanos);
		}
		int available = available();
		if (available >= 1 && available < gathered) {
			await(gathered, GATHER_NANOS);
			available = available();
		}
		int taken = Math.min(max, available);
		if (taken <= 0) {
			return 0;
		}
		this.held.addAndGet(taken);
		return taken;
	}

	/**
	 * Gives back permits that were not needed.
	 * @param unused how many
	 */
	void giveBack(int unused) {
		if (unused != 0) {
			released(this.held.addAndGet(-unused));
		}
	}

	/**
	 * Takes one permit more than was allowed, because a message ends twice.
	 */
	void borrow() {
		this.held.incrementAndGet();
	}

	/**
	 * A message needs no slot any more, and waits for Redis to confirm its end.
	 */
	void settling() {
		this.settling.incrementAndGet();
		if (this.limit.isAdaptive()) {
			signal();
		}
	}

	/**
	 * The end of a message after {@link #settling()} is confirmed.
	 */
	void settled() {
		if (!this.confirmed) {
			this.confirmed = true;
		}
		this.settling.decrementAndGet();
		released(this.held.decrementAndGet());
	}

	private void released(int stillHeld) {
		CompletableFuture<Void> idle = this.idle;
		if (stillHeld == 0 && idle != null) {
			idle.complete(null);
		}
		signal();
	}

	private int available() {
		int available = this.limit.current() - this.held.get();
		return this.limit.isAdaptive() ? available + Math.min(this.settling.get(), MAX_SETTLING) : available;
	}

	private void await(int wanted, long nanos) {
		long deadline = System.nanoTime() + nanos;
		this.wanted = wanted;
		// Published before the condition is looked at again: whoever gives a permit back
		// after that look finds the thread and unparks it.
		this.waiting = Thread.currentThread();
		try {
			long remaining = nanos;
			while (available() < wanted && !this.woken && remaining > 0) {
				LockSupport.parkNanos(this, remaining);
				// Nobody interrupts the fetch thread for a reason; the flag would make
				// this spin.
				Thread.interrupted();
				remaining = deadline - System.nanoTime();
			}
		}
		finally {
			this.waiting = null;
		}
	}

	private void signal() {
		Thread thread = this.waiting;
		if (thread != null && available() >= this.wanted) {
			LockSupport.unpark(thread);
		}
	}

	/**
	 * Ends all waiting for permits, now and later.
	 */
	void wakeup() {
		this.woken = true;
		Thread thread = this.waiting;
		if (thread != null) {
			LockSupport.unpark(thread);
		}
	}

	/**
	 * How many messages wait for Redis to confirm their end.
	 */
	int unconfirmed() {
		return this.settling.get();
	}

	/**
	 * Whether the end of a message was confirmed since this was asked last. Only the
	 * fetch thread calls this.
	 */
	boolean confirmed() {
		boolean confirmed = this.confirmed;
		this.confirmed = false;
		return confirmed;
	}

	/**
	 * Waits until every permit is back.
	 * @param nanos how long at most
	 * @return whether they are
	 * @throws InterruptedException if interrupted
	 */
	boolean awaitIdle(long nanos) throws InterruptedException {
		CompletableFuture<Void> idle = new CompletableFuture<>();
		this.idle = idle;
		if (this.held.get() == 0) {
			return true;
		}
		try {
			idle.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException | ExecutionException ex) {
			return this.held.get() == 0;
		}
	}

}
