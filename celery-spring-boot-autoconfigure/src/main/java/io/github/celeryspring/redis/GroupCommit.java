package io.github.celeryspring.redis;

import java.io.IOException;
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

import io.github.celeryspring.CeleryException;
import io.lettuce.core.RedisException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries in groups: one group at a time is on its way, and whatever arrives
 * meanwhile goes into the next. No timer to tune: alone an entry leaves at once, under
 * load the groups grow. A group that fails for a passing reason is written again, so the
 * write must be idempotent; a group that fails for good is taken apart to find the entry
 * at fault, and so is one at which Redis hangs up. Thread-safe; nothing blocks but
 * {@link #close}.
 *
 * @param <T> the entries
 * @since 0.1.0
 */
public final class GroupCommit<T> implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(GroupCommit.class);

	private static final long FIRST_BACKOFF_MILLIS = 50;

	private static final long LAST_BACKOFF_MILLIS = 2000;

	/** So often, over five seconds, and only with this entry: it is no coincidence. */
	private static final int MAX_CUT_OFFS = 8;

	private final String name;

	private final int maxEntries;

	private final Function<List<T>, CompletionStage<?>> write;

	private final Function<Throwable, String> describe;

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
	 * @param describe says what a failure is and what to do about it
	 */
	public GroupCommit(String name, int maxEntries, Function<List<T>, CompletionStage<?>> write,
			Function<Throwable, String> describe) {
		this.name = name;
		this.maxEntries = maxEntries;
		this.write = write;
		this.describe = describe;
	}

	/**
	 * Creates a group commit whose messages name no settings.
	 * @param name what is written, for logs
	 * @param maxEntries the largest group
	 * @param write writes a group; must not block and may be called by any thread, one at
	 * a time
	 */
	public GroupCommit(String name, int maxEntries, Function<List<T>, CompletionStage<?>> write) {
		this(name, maxEntries, write, RedisFailures::describe);
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
			if (!group.isEmpty() && !this.closed) {
				write(group, 0);
				return;
			}
			this.writing.set(false);
			group.forEach((pending) -> settle(pending, closedBefore()));
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

	private CompletionStage<?> tryWrite(List<Pending<T>> group) {
		List<T> entries = new ArrayList<>(group.size());
		group.forEach((pending) -> entries.add(pending.entry()));
		try {
			return this.write.apply(entries);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	private void write(List<Pending<T>> group, int attempt) {
		tryWrite(group).whenComplete((reply, failure) -> {
			if (failure == null) {
				finish(group, null);
				return;
			}
			Throwable cause = CeleryException.unwrap(failure);
			if (this.closed) {
				finish(group, cause);
			}
			else if (RedisFailures.isPassing(cause) && !isCutOff(cause)) {
				warnOnce(group.size(), attempt, cause);
				later(attempt, () -> write(group, attempt + 1));
			}
			else if (group.size() > 1 || isCutOff(cause)) {
				// One of them is at fault, or all together are too large; the others
				// shall not suffer for it.
				writeOneByOne(group, 0, 0, 0);
			}
			else {
				finish(group, cause);
			}
		});
	}

	private void writeOneByOne(List<Pending<T>> group, int index, int attempt, int cutOffs) {
		tryWrite(group.subList(index, index + 1)).whenComplete((reply, failure) -> {
			Throwable cause = (failure != null) ? CeleryException.unwrap(failure) : null;
			int nowCutOffs = (cause != null && isCutOff(cause)) ? cutOffs + 1 : cutOffs;
			if (cause != null && nowCutOffs == MAX_CUT_OFFS) {
				cause = new CeleryException("Redis hung up " + MAX_CUT_OFFS + " times when it was sent one of the "
						+ this.name + ", which is probably larger than Redis takes (client-query-buffer-limit)", cause);
			}
			if (cause != null && RedisFailures.isPassing(cause) && !this.closed) {
				warnOnce(group.size() - index, attempt, cause);
				later(attempt, () -> writeOneByOne(group, index, attempt + 1, nowCutOffs));
			}
			else if (index + 1 < group.size()) {
				settle(group.get(index), cause);
				writeOneByOne(group, index + 1, 0, 0);
			}
			else {
				finish(group.subList(index, index + 1), cause);
			}
		});
	}

	/**
	 * Whether the connection ended while the write was on its way, as it does when Redis
	 * is sent more than it takes. A write that did not leave fails otherwise.
	 */
	private static boolean isCutOff(Throwable cause) {
		return cause instanceof IOException
				|| cause.getClass() == RedisException.class && "Connection closed".equals(cause.getMessage());
	}

	private void warnOnce(int entries, int attempt, Throwable cause) {
		if (attempt == 0) {
			logger.warn("Could not write " + entries + " " + this.name + ", trying until it works: "
					+ this.describe.apply(cause));
		}
	}

	private void finish(List<Pending<T>> group, @Nullable Throwable failure) {
		// The next group leaves before the callbacks of this one run.
		this.writing.set(false);
		writeNext();
		group.forEach((pending) -> settle(pending, failure));
	}

	private void settle(Pending<T> pending, @Nullable Throwable failure) {
		if (failure == null) {
			pending.done().complete(null);
		}
		else {
			pending.done().completeExceptionally(refused(failure));
		}
		// After the callbacks, because they may submit more; and read after the count
		// became 0, because close() sets it before it looks at the count.
		if (this.unsettled.decrementAndGet() == 0) {
			CompletableFuture<Void> empty = this.whenEmpty;
			if (empty != null) {
				empty.complete(null);
			}
		}
	}

	private CeleryException refused(Throwable failure) {
		return (failure instanceof CeleryException known) ? known
				: new CeleryException("Redis did not take " + this.name + ": " + this.describe.apply(failure), failure);
	}

	private CeleryException closedBefore() {
		return new CeleryException("Closed before all " + this.name + " were written");
	}

	private static void later(int attempt, Runnable task) {
		long millis = Math.min(LAST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(attempt, 10));
		Executor delayed = CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run);
		delayed.execute(task);
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
		int left = this.unsettled.get();
		if (left > 0) {
			logger.warn(left + " " + this.name + " could not be written before the end");
			writeNext();
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
