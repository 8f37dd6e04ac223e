package io.github.celeryspring.result.redis;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisFailures;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
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
 * reconnect. Thread-safe.
 */
final class PubSubConnection implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(PubSubConnection.class);

	private static final int CLOSE_SECONDS = 2;

	private final RedisConnections connections;

	private final RedisPubSubListener<byte[], byte[]> listener;

	private final Consumer<CeleryException> refused;

	private final AtomicReference<@Nullable CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>>> opened = new AtomicReference<>();

	private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

	/**
	 * Creates the connection without connecting.
	 * @param connections opens it
	 * @param listener told of messages and confirmations
	 * @param refused told when Redis does not let us in
	 */
	PubSubConnection(RedisConnections connections, RedisPubSubListener<byte[], byte[]> listener,
			Consumer<CeleryException> refused) {
		this.connections = connections;
		this.listener = listener;
		this.refused = refused;
	}

	boolean isOpen() {
		CompletableFuture<?> current = this.opened.get();
		return current != null && !current.isCompletedExceptionally();
	}

	/**
	 * Sends commands.
	 * @param command makes them
	 * @return completes when Redis has confirmed them
	 */
	CompletionStage<?> send(Function<RedisPubSubAsyncCommands<byte[], byte[]>, CompletableFuture<?>> command) {
		return open().thenCompose((connection) -> command.apply(connection.async()));
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
		opening().whenComplete((connection, failure) -> {
			if (failure != null) {
				mine.completeExceptionally(failure);
				tellIfRefused(failure);
				return;
			}
			connection.addListener(this.listener);
			connection.addListener(new Confirmations());
			connection.addListener(new Losses());
			mine.complete(connection);
		});
		return mine;
	}

	private CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> opening() {
		try {
			return this.connections.openPubSub();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Refused credentials stay refused; everything else is tried again.
	 */
	private void tellIfRefused(Throwable failure) {
		for (Throwable each = failure; each != null; each = each.getCause()) {
			if (each instanceof RedisCommandExecutionException && !RedisFailures.isPassing(each)) {
				this.refused.accept(new CeleryException(
						"Redis refuses to let results be waited for: " + this.connections.describe(failure), each));
				return;
			}
		}
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
		}

	}

}
