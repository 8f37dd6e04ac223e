package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.KeyValue;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Waits with {@code BRPOP}, as kombu does. What it pops is in nobody's books until the
 * next fetch, so a process that dies in between loses it.
 */
final class BlockingPopSignal implements ArrivalSignal {

	/**
	 * kombu's own timeout, and the longest: a connection that is silent for longer looks
	 * dead.
	 */
	static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final RedisAsyncCommands<byte[], byte[]> redis;

	private final double timeoutSeconds;

	private @Nullable CompletableFuture<KeyValue<byte[], byte[]>> pending;

	/**
	 * Creates a signal.
	 * @param redis the connection of the consumer
	 * @param timeout how long the server waits
	 */
	BlockingPopSignal(RedisAsyncCommands<byte[], byte[]> redis, Duration timeout) {
		this.redis = redis;
		this.timeoutSeconds = timeout.toMillis() / 1000.0;
	}

	@Override
	public void await(byte[][] lists, Semaphore bell, Duration timeout) throws InterruptedException {
		if (this.pending == null) {
			this.pending = this.redis.brpop(this.timeoutSeconds, lists).toCompletableFuture();
			this.pending.whenComplete((reply, failure) -> bell.release());
		}
		bell.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
	}

	@Override
	public boolean isBlocking() {
		return this.pending != null && !this.pending.isDone();
	}

	/**
	 * The message that was popped.
	 * @throws java.util.concurrent.CompletionException if {@code BRPOP} failed
	 */
	@Override
	public @Nullable Popped popped() {
		CompletableFuture<KeyValue<byte[], byte[]>> done = this.pending;
		if (done == null || !done.isDone()) {
			return null;
		}
		this.pending = null;
		return Popped.of(done.join());
	}

	/** What a {@code BRPOP} on its way will have popped, for when nobody polls again. */
	CompletionStage<@Nullable Popped> last() {
		CompletableFuture<KeyValue<byte[], byte[]>> last = this.pending;
		this.pending = null;
		return (last != null) ? last.thenApply(Popped::of) : CompletableFuture.completedFuture(null);
	}

	/**
	 * A message taken out of its list and not yet recorded.
	 *
	 * @param list the list
	 * @param message the raw envelope
	 */
	record Popped(byte[] list, byte[] message) {

		private static @Nullable Popped of(@Nullable KeyValue<byte[], byte[]> reply) {
			return (reply != null && reply.hasValue()) ? new Popped(reply.getKey(), reply.getValue()) : null;
		}

	}

}
