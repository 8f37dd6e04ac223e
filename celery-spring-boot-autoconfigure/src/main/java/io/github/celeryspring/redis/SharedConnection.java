package io.github.celeryspring.redis;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import io.github.celeryspring.CeleryException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at the shared connection. What it is given to do while it is being made
 * waits, and is done in the order in which it came. (The dependents of a future would be
 * called last first.)
 */
final class SharedConnection {

	private final CompletableFuture<StatefulRedisConnection<byte[], byte[]>> made = new CompletableFuture<>();

	private final Lock lock = new ReentrantLock();

	private final Queue<Runnable> waiting = new ArrayDeque<>();

	private boolean drained;

	/** Set when nothing waits any more: the only thing to look at from then on. */
	private volatile @Nullable StatefulRedisConnection<byte[], byte[]> ready;

	CompletableFuture<StatefulRedisConnection<byte[], byte[]>> made() {
		return this.made;
	}

	boolean hasFailed() {
		return this.ready == null && this.made.isCompletedExceptionally();
	}

	void complete(StatefulRedisConnection<byte[], byte[]> connection) {
		this.made.complete(connection);
		drain(connection);
	}

	void fail(Throwable failure) {
		this.made.completeExceptionally(failure);
		drain(null);
	}

	private void drain(@Nullable StatefulRedisConnection<byte[], byte[]> connection) {
		Runnable next;
		while ((next = nextOrEnd(connection)) != null) {
			next.run();
		}
	}

	private @Nullable Runnable nextOrEnd(@Nullable StatefulRedisConnection<byte[], byte[]> connection) {
		this.lock.lock();
		try {
			Runnable next = this.waiting.poll();
			if (next == null) {
				this.drained = true;
				this.ready = connection;
			}
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

	<T> CompletableFuture<T> run(Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> work) {
		StatefulRedisConnection<byte[], byte[]> connection = this.ready;
		if (connection != null) {
			return run(connection, work);
		}
		CompletableFuture<T> result = new CompletableFuture<>();
		Runnable later = () -> this.made.thenCompose((made) -> run(made, work)).whenComplete((reply, failure) -> {
			if (failure != null) {
				result.completeExceptionally(CeleryException.unwrap(failure));
			}
			else {
				result.complete(reply);
			}
		});
		if (!await(later)) {
			later.run();
		}
		return result;
	}

	private boolean await(Runnable later) {
		this.lock.lock();
		try {
			return !this.drained && this.waiting.add(later);
		}
		finally {
			this.lock.unlock();
		}
	}

	private static <T> CompletableFuture<T> run(StatefulRedisConnection<byte[], byte[]> connection,
			Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> work) {
		try {
			return work.apply(connection.async()).toCompletableFuture();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

}
