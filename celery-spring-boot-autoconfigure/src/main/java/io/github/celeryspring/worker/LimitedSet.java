package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A set that forgets: its oldest members when there are too many, and all after a time.
 * Asking costs nothing while it is empty. Thread-safe. Counterpart of
 * {@code celery.utils.collections.LimitedSet}.
 *
 * @param <E> the type of the members
 */
final class LimitedSet<E> {

	private final int maxSize;

	private final long expires;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	/** With the time of their arrival, the oldest first. */
	private final Map<E, Long> members = new LinkedHashMap<>();

	private volatile boolean empty = true;

	LimitedSet(int maxSize, Duration expires, LongSupplier nanoTime) {
		this.maxSize = maxSize;
		this.expires = expires.toNanos();
		this.nanoTime = nanoTime;
	}

	void addAll(Collection<? extends E> added) {
		this.lock.lock();
		try {
			long now = this.nanoTime.getAsLong();
			for (E member : added) {
				this.members.remove(member);
				this.members.put(member, now);
			}
			purge(now);
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean contains(E member) {
		if (this.empty) {
			return false;
		}
		this.lock.lock();
		try {
			Long since = this.members.get(member);
			return since != null && this.nanoTime.getAsLong() - since < this.expires;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isEmpty() {
		return this.empty;
	}

	/** The members, the oldest first. */
	List<E> members() {
		this.lock.lock();
		try {
			purge(this.nanoTime.getAsLong());
			return List.copyOf(this.members.keySet());
		}
		finally {
			this.lock.unlock();
		}
	}

	private void purge(long now) {
		Iterator<Long> times = this.members.values().iterator();
		while (times.hasNext() && (now - times.next() >= this.expires || this.members.size() > this.maxSize)) {
			times.remove();
		}
		this.empty = this.members.isEmpty();
	}

}
