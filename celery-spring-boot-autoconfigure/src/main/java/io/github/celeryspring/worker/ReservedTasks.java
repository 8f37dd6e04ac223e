package io.github.celeryspring.worker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.github.celeryspring.kombu.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * Messages that were fetched and wait for a slot, in order. Filled by the fetch thread in
 * batches, emptied by the task loops one by one. Counterpart of
 * {@code celery.worker.state.reserved_requests}.
 */
final class ReservedTasks {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition arrived = this.lock.newCondition();

	private final ArrayDeque<Entry> entries = new ArrayDeque<>();

	private int takers;

	private boolean closed;

	/**
	 * Adds messages at the end.
	 * @param deliveries the messages
	 * @return {@code false} if this is closed and nothing was added
	 */
	boolean add(List<Delivery> deliveries) {
		long now = System.nanoTime();
		this.lock.lock();
		try {
			if (this.closed) {
				return false;
			}
			for (Delivery delivery : deliveries) {
				this.entries.add(new Entry(delivery, now));
			}
			for (int i = Math.min(this.takers, deliveries.size()); i > 0; i--) {
				this.arrived.signal();
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes the first message, waiting for one. Interrupts are not noticed: a task that
	 * interrupts its thread shall not end the loop.
	 * @return the message, or {@code null} once this is closed
	 */
	@Nullable Delivery take() {
		this.lock.lock();
		try {
			while (this.entries.isEmpty() && !this.closed) {
				this.takers++;
				try {
					this.arrived.awaitUninterruptibly();
				}
				finally {
					this.takers--;
				}
			}
			Entry first = this.entries.poll();
			return (first != null) ? first.delivery() : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether a slot waits for a message.
	 */
	boolean isAwaited() {
		this.lock.lock();
		try {
			return !this.closed && this.entries.isEmpty() && this.takers > 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Removes all messages if the first has waited for too long.
	 * @param nanos how long is too long
	 * @return the messages removed, in order, possibly none
	 */
	List<Delivery> removeStalled(long nanos) {
		this.lock.lock();
		try {
			Entry first = this.entries.peek();
			return (first != null && System.nanoTime() - first.since() >= nanos) ? removeAll() : List.of();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends all taking and adding.
	 * @return the messages nobody took, in order
	 */
	List<Delivery> close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.arrived.signalAll();
			return removeAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The messages, in order.
	 */
	List<Delivery> deliveries() {
		this.lock.lock();
		try {
			return this.entries.stream().map(Entry::delivery).toList();
		}
		finally {
			this.lock.unlock();
		}
	}

	int size() {
		this.lock.lock();
		try {
			return this.entries.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<Delivery> removeAll() {
		List<Delivery> removed = new ArrayList<>(this.entries.size());
		this.entries.forEach((entry) -> removed.add(entry.delivery()));
		this.entries.clear();
		return removed;
	}

	private record Entry(Delivery delivery, long since) {

	}

}
