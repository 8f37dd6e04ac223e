package io.github.celeryspring.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;

/**
 * Pushes with retries and a deadline. What is pushed again is the very same message, with
 * its id and delivery tag, so that a double is recognisable. Thread-safe.
 */
final class MessagePublisher {

	private final PublishRetryPolicy policy;

	private final Duration timeout;

	private final Executor executor;

	MessagePublisher(PublishRetryPolicy policy, Duration timeout, Executor executor) {
		this.policy = policy;
		this.timeout = timeout;
		this.executor = executor;
	}

	/**
	 * Pushes, and again after failures that pass.
	 * @param what what is pushed, for messages
	 * @param push pushes once
	 * @return completes when it is confirmed; completing it from outside ends the retries
	 */
	CompletableFuture<Void> publish(String what, Supplier<CompletionStage<Void>> push) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		attempt(what, push, 0, done);
		return done;
	}

	private void attempt(String what, Supplier<CompletionStage<Void>> push, int retries, CompletableFuture<Void> done) {
		if (done.isDone()) {
			return;
		}
		CompletionStage<Void> pushed;
		try {
			pushed = push.get();
		}
		catch (RuntimeException ex) {
			pushed = CompletableFuture.failedStage(ex);
		}
		pushed.whenComplete((nothing, failure) -> {
			if (failure == null) {
				done.complete(null);
			}
			else {
				failed(what, push, retries, done, CeleryException.unwrap(failure));
			}
		});
	}

	private void failed(String what, Supplier<CompletionStage<Void>> push, int retries, CompletableFuture<Void> done,
			Throwable failure) {
		if (!(failure instanceof BrokerUnavailableException)) {
			done.completeExceptionally((failure instanceof CeleryException) ? failure
					: new CeleryException("Redis refused " + what + ": " + failure.getMessage(), failure));
		}
		else if (this.policy.allows(retries)) {
			CompletableFuture.delayedExecutor(this.policy.pauseMillis(retries), TimeUnit.MILLISECONDS, this.executor)
				.execute(() -> attempt(what, push, retries + 1, done));
		}
		else {
			done.completeExceptionally(new BrokerUnavailableException(
					"Could not send " + what + " in " + (retries + 1) + " tries: " + failure.getMessage(), failure));
		}
	}

	/**
	 * Blocks until it is confirmed.
	 * @param what what is pushed, for messages
	 * @param done from {@link #publish}
	 * @throws CeleryException why it was not confirmed
	 */
	void join(String what, CompletableFuture<Void> done) {
		join(what, done, TimeUnit.NANOSECONDS.convert(this.timeout));
	}

	/**
	 * Blocks until it is confirmed.
	 * @param what what is pushed, for messages
	 * @param done what has a deadline of its own
	 * @throws CeleryException why it was not confirmed
	 */
	void joinLimited(String what, CompletableFuture<Void> done) {
		join(what, done, Long.MAX_VALUE);
	}

	private void join(String what, CompletableFuture<Void> done, long nanos) {
		try {
			done.get(nanos, TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw thrown(CeleryException.unwrap(ex));
		}
		catch (TimeoutException ex) {
			BrokerUnavailableException late = late(what);
			done.completeExceptionally(late);
			throw late;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			CeleryException interrupted = new CeleryException(
					"Interrupted while sending " + what + "; it may have been sent", ex);
			done.completeExceptionally(interrupted);
			throw interrupted;
		}
	}

	/**
	 * Gives it the deadline, and hands its completion to a thread where callbacks of
	 * users may run.
	 * @param <T> the type of the value
	 * @param what what is pushed, for messages
	 * @param done from {@link #publish}
	 * @param value made of it on success
	 * @return another future
	 */
	<T> CompletableFuture<T> deliver(String what, CompletableFuture<Void> done, Supplier<T> value) {
		CompletableFuture<T> delivered = new CompletableFuture<>();
		done.orTimeout(TimeUnit.NANOSECONDS.convert(this.timeout), TimeUnit.NANOSECONDS)
			.whenCompleteAsync((nothing, failure) -> {
				if (failure != null) {
					Throwable cause = CeleryException.unwrap(failure);
					delivered.completeExceptionally((cause instanceof TimeoutException) ? late(what) : cause);
					return;
				}
				try {
					delivered.complete(value.get());
				}
				catch (RuntimeException ex) {
					delivered.completeExceptionally(ex);
				}
			}, this.executor);
		return delivered;
	}

	private BrokerUnavailableException late(String what) {
		return new BrokerUnavailableException(
				"Redis did not confirm " + what + " within " + this.timeout + "; it may have been sent", null);
	}

	private static CeleryException thrown(Throwable failure) {
		// The trace of the other thread says little; the caller's is added.
		if (failure instanceof CeleryException known) {
			known.addSuppressed(new CeleryException("Called from here"));
			return known;
		}
		return new CeleryException(String.valueOf(failure.getMessage()), failure);
	}

}
