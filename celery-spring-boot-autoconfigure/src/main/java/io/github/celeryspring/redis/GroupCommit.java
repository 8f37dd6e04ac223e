package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries in groups: one group at a time is on its way, and whatever arrives
 * meanwhile goes into the next. No timer to tune: alone an entry leaves at once, under
 * load the groups grow. A group that fails for a passing reason is written again, so the
 * write must be idempotent; a group that fails for good is taken apart to find the entry
 * at fault. Thread-safe; nothing blocks but {@link #close}.
 *
 * @param <T> the entries
 * @since 0.1.0
 */
public final class GroupCommit<T> implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(GroupCommit.class);

	private static final long FIRST_BACKOFF_MILLIS = 50;

	private static final long LAST_BACKOFF_MILLIS = 2000;

	private final String name;

	private final int maxEntries;

	private final Function<List<T>, CompletionStage<?>> write;

	private final Queue<Pending<T>> waiting = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean writing = new AtomicBoolean();

	private final AtomicInteger unsettled = new AtomicInteger();

	private volatile @Nullable CompletableFuture<Void> whenEmpty;

	private volatile boolean closed;

	/**
	 * Creates a group commit.
	 * @param name what is written, for logs
	 * @param maxEntries the largest group
	 * @param write writes a group; must not block and may be called by any thread, one at
	 * a time
	 */
	public GroupCommit(String name, int maxEntries, Function<List<T>, CompletionStage<?>> write) {
		this.name = name;
		this.maxEntries = maxEntries;
		this.write = write;
	}

	/**
	 * Adds an entry to the next group.
	 * @param entry the entry
	 * @return completes when Redis has it, exceptionally when it refused it for good or
	 * this was closed before
	 */
	public CompletableFuture<Void> submit(T entry) {
		Pending<T> pending = new Pending<>(entry, new CompletableFuture<>());
		this.unsettled.incrementAndGet();
		this.waiting.add(pending);
		writeNext();
		return pending.done();
	}

	private void writeNext() {
		// The loop closes the race with an entry that was added after the last poll and
		// before the flag was cleared: its own writeNext() found the flag set.
		while (!this.waiting.isEmpty() && this.writing.compareAndSet(false, true)) {
			List<Pending<T>> group = nextGroup();
			if (!group.isEmpty()) {
				write(group, 0);
				return;
			}
			this.writing.set(false);
		}
	}

	private List<Pending<T>> nextGroup() {
		List<Pending<T>> group = new ArrayList<>();
		Pending<T> next;
		while (group.size() < this.maxEntries && (next = this.waiting.poll()) != null) {
			group.add(next);
		}
		return group;
	}

	private void write(List<Pending<T>> group, int attempt) {
		List<T> entries = new ArrayList<>(group.size());
		group.forEach((pending) -> entries.add(pending.entry()));
		CompletionStage<?> written;
		try {
			written = this.write.apply(entries);
		}
		catch (RuntimeException ex) {
			written = CompletableFuture.failedStage(ex);
		}
		written.whenComplete((reply, failure) -> {
			if (failure == null) {
				finish(group, null);
			}
			else {
				failed(group, attempt, RedisFailures.unwrap(failure));
			}
		});
	}

	private void failed(List<Pending<T>> group, int attempt, Throwable failure) {
		if (RedisFailures.isPassing(failure) && !this.closed) {
			long delay = Math.min(LAST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(attempt, 10));
			if (attempt == 0) {
				logger.warn("Could not write " + group.size() + " " + this.name + ", trying until it works: "
						+ failure.getMessage());
			}
			later(delay).execute(() -> write(group, attempt + 1));
		}
		else if (group.size() > 1 && !this.closed) {
			// One of them is at fault; the others shall not suffer for it.
			writeOneByOne(group, 0);
		}
		else {
			finish(group, failure);
		}
	}

	private void writeOneByOne(List<Pending<T>> group, int index) {
		CompletionStage<?> written;
		try {
			written = this.write.apply(List.of(group.get(index).entry()));
		}
		catch (RuntimeException ex) {
			written = CompletableFuture.failedStage(ex);
		}
		written.whenComplete((reply, failure) -> {
			if (failure != null && RedisFailures.isPassing(failure) && !this.closed) {
				later(LAST_BACKOFF_MILLIS).execute(() -> writeOneByOne(group, index));
				return;
			}
			if (index + 1 < group.size()) {
				settle(group.get(index), (failure != null) ? RedisFailures.unwrap(failure) : null);
				writeOneByOne(group, index + 1);
			}
			else {
				finish(group.subList(index, index + 1), (failure != null) ? RedisFailures.unwrap(failure) : null);
			}
		});
	}

	private void finish(List<Pending<T>> group, @Nullable Throwable failure) {
		// The next group leaves before the callbacks of this one run.
		this.writing.set(false);
		writeNext();
		group.forEach((pending) -> settle(pending, failure));
	}

	private void settle(Pending<T> pending, @Nullable Throwable failure) {
		CompletableFuture<Void> empty = this.whenEmpty;
		if (this.unsettled.decrementAndGet() == 0 && empty != null) {
			empty.complete(null);
		}
		if (failure == null) {
			pending.done().complete(null);
		}
		else {
			pending.done().completeExceptionally(failure);
		}
	}

	private static Executor later(long millis) {
		return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run);
	}

	/**
	 * How many entries are not settled yet.
	 * @return the number
	 */
	public int pending() {
		return this.unsettled.get();
	}

	/**
	 * Waits for everything submitted so far, then gives up what Redis has not taken.
	 * @param timeout how long to wait at most
	 */
	public void close(Duration timeout) {
		CompletableFuture<Void> empty = new CompletableFuture<>();
		this.whenEmpty = empty;
		if (this.unsettled.get() > 0) {
			try {
				empty.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (ExecutionException | TimeoutException ex) {
				logger.debug("Not all " + this.name + " written within " + timeout);
			}
		}
		this.closed = true;
		if (this.unsettled.get() > 0) {
			logger.warn(this.unsettled.get() + " " + this.name + " could not be written before the end");
		}
	}

	/**
	 * Closes without waiting.
	 */
	@Override
	public void close() {
		close(Duration.ZERO);
	}

	private record Pending<T>(T entry, CompletableFuture<Void> done) {

	}

}
