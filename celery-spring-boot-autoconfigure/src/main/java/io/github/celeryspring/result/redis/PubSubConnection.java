package io.github.celeryspring.result.redis;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisFailures;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The connection to subscribe with: opened at first use, opened again if that failed,
 * reconnected by Lettuce. Knows which channels Redis has confirmed since the last
 * reconnect. Thread-safe, but {@link #send} is for one command at a time.
 */
final class PubSubConnection implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(PubSubConnection.class);

	private static final int CLOSE_SECONDS = 2;

	private final RedisConnections connections;

	private final RedisPubSubListener<byte[], byte[]> listener;

	private final AtomicReference<@Nullable CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>>> opened = new AtomicReference<>();

	private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

	private volatile @Nullable CompletableFuture<Object> inFlight;

	private volatile boolean closed;

	PubSubConnection(RedisConnections connections, RedisPubSubListener<byte[], byte[]> listener) {
		this.connections = connections;
		this.listener = listener;
	}

	boolean isOpen() {
		return this.opened.get() != null;
	}

	/**
	 * Sends a command, which fails at once when the connection is lost: Lettuce would let
	 * it run into its timeout.
	 * @param command makes the command
	 * @return completes when Redis has confirmed it
	 */
	CompletableFuture<Object> send(Function<RedisPubSubAsyncCommands<byte[], byte[]>, CompletableFuture<?>> command) {
		CompletableFuture<Object> sent = new CompletableFuture<>();
		this.inFlight = sent;
		open().thenCompose((connection) -> command.apply(connection.async())).whenComplete((reply, failure) -> {
			if (failure != null) {
				sent.completeExceptionally(classified(failure));
			}
			else {
				sent.complete(Boolean.TRUE);
			}
		});
		return sent;
	}

	/**
	 * Tells refused credentials, which stay refused, from a Redis that is away.
	 */
	static Throwable classified(Throwable failure) {
		for (Throwable each = failure; each != null; each = each.getCause()) {
			if (each instanceof RedisCommandExecutionException && !RedisFailures.isPassing(each)) {
				return new CeleryException("Redis refuses to let results be waited for: " + each.getMessage(), each);
			}
		}
		return RedisFailures.unwrap(failure);
	}

	private CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> open() {
		CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> current = this.opened.get();
		if (current != null && !current.isCompletedExceptionally()) {
			return current;
		}
		CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> mine = new CompletableFuture<>();
		if (!this.opened.compareAndSet(current, mine)) {
			return open();
		}
		this.connections.openPubSub().whenComplete((connection, failure) -> {
			if (failure != null) {
				mine.completeExceptionally(failure);
				return;
			}
			connection.addListener(this.listener);
			connection.addListener(new Confirmations());
			connection.addListener(new Losses());
			mine.complete(connection);
			if (this.closed) {
				connection.closeAsync();
			}
		});
		return mine;
	}

	/**
	 * Which channels are not known to be subscribed.
	 * @param channels those to look at
	 * @return those without confirmation since the last reconnect
	 */
	Set<String> notSubscribed(Collection<String> channels) {
		Set<String> missing = new HashSet<>(channels);
		missing.removeAll(this.confirmed);
		return missing;
	}

	@Override
	public void close() {
		this.closed = true;
		CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> current = this.opened.get();
		if (current == null || current.isCompletedExceptionally()) {
			return;
		}
		try {
			current.thenCompose(StatefulRedisPubSubConnection::closeAsync).get(CLOSE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("The connection for results was not closed properly", ex);
		}
	}

	private final class Confirmations extends RedisPubSubAdapter<byte[], byte[]> {

		@Override
		public void subscribed(byte[] channel, long count) {
			PubSubConnection.this.confirmed.add(ResultKeys.text(channel));
		}

		@Override
		public void unsubscribed(byte[] channel, long count) {
			PubSubConnection.this.confirmed.remove(ResultKeys.text(channel));
		}

	}

	private final class Losses implements RedisConnectionStateListener {

		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
			PubSubConnection.this.confirmed.clear();
			CompletableFuture<Object> lost = PubSubConnection.this.inFlight;
			if (lost != null) {
				lost.completeExceptionally(new RedisConnectionException("The connection was lost"));
			}
		}

	}

}
