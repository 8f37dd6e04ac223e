package io.github.celeryspring.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.ResultTimeoutException;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.GroupResult;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a group in the order in which they end. For one thread.
 *
 * @param <T> the type of the results
 */
final class GroupIterator<T> implements Iterator<AsyncResult<T>> {

	private final String what;

	private final Duration timeout;

	private final BlockingQueue<CompletableFuture<AsyncResult<T>>> ended = new LinkedBlockingQueue<>();

	private int left;

	private @Nullable AsyncResult<T> next;

	GroupIterator(GroupResult<T> group, int size, Duration timeout) {
		this.what = "group " + group.id();
		this.timeout = timeout;
		this.left = size;
		group.forEach((result) -> this.ended.add(CompletableFuture.completedFuture(result)))
			.orTimeout(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS)
			.whenComplete((nothing, failure) -> {
				if (failure != null) {
					this.ended.add(CompletableFuture.failedFuture(failure));
				}
			});
	}

	@Override
	public boolean hasNext() {
		if (this.next == null && this.left > 0) {
			this.next = take();
			this.left--;
		}
		return this.next != null;
	}

	private AsyncResult<T> take() {
		try {
			return this.ended.take().join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ResultTimeoutException("Interrupted while waiting for the results of " + this.what);
		}
		catch (RuntimeException ex) {
			// Whoever asks again gets the same answer.
			this.ended.add(CompletableFuture.failedFuture(ex));
			Throwable cause = CeleryException.unwrap(ex);
			if (cause instanceof TimeoutException) {
				throw new ResultTimeoutException("Not all results of " + this.what + " within " + this.timeout);
			}
			throw (cause instanceof CeleryException known) ? known
					: new CeleryException("Cannot wait for " + this.what + ": " + cause, cause);
		}
	}

	@Override
	public AsyncResult<T> next() {
		if (!hasNext()) {
			throw new NoSuchElementException();
		}
		AsyncResult<T> result = this.next;
		this.next = null;
		return Objects.requireNonNull(result);
	}

}
