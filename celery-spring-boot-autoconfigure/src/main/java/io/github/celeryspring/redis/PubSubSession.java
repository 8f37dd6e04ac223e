package io.github.celeryspring.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.github.celeryspring.CeleryException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;

/**
 * One connection of a {@link PubSubConnection}, from its opening until it is given up.
 * Lettuce may reconnect it meanwhile.
 */
final class PubSubSession extends RedisPubSubAdapter<byte[], byte[]> implements RedisConnectionStateListener {

	private final StatefulRedisPubSubConnection<byte[], byte[]> connection;

	private final PubSubListener listener;

	/** The channels and patterns confirmed since the last reconnect. */
	private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

	PubSubSession(StatefulRedisPubSubConnection<byte[], byte[]> connection, PubSubListener listener) {
		this.connection = connection;
		this.listener = listener;
		connection.addListener((RedisConnectionStateListener) this);
		connection.addListener((RedisPubSubListener<byte[], byte[]>) this);
	}

	CompletableFuture<?> send(Function<RedisPubSubAsyncCommands<byte[], byte[]>, CompletableFuture<?>> command) {
		return command.apply(this.connection.async());
	}

	boolean isConfirmed(String name) {
		return this.confirmed.contains(name);
	}

	/**
	 * Asks for a sign of life, which anything but silence is, and for the role of the
	 * server. HELLO tells it and is never forbidden; Lettuce refuses to send it while
	 * subscribed with RESP2, where PING must do.
	 * @return whether to keep the connection; never completes exceptionally
	 */
	CompletionStage<Boolean> isUsable() {
		return this.connection.async()
			.dispatch(CommandType.HELLO, new ArrayOutput<>(ByteArrayCodec.INSTANCE))
			.thenApply((reply) -> !isReplica(reply))
			.exceptionallyCompose((failure) -> isSilence(failure) ? CompletableFuture.completedStage(false) : ping());
	}

	private CompletionStage<Boolean> ping() {
		return this.connection.async().ping().handle((reply, failure) -> failure == null || !isSilence(failure));
	}

	static boolean isSilence(Throwable failure) {
		return CeleryException.unwrap(failure) instanceof RedisCommandTimeoutException;
	}

	/** Lettuce gives the map of the reply as keys and values in turn. */
	private static boolean isReplica(List<Object> hello) {
		for (int i = 0; i + 1 < hello.size(); i += 2) {
			if ("role".equals(text(hello.get(i)))) {
				return "replica".equals(text(hello.get(i + 1)));
			}
		}
		return false;
	}

	private static String text(Object value) {
		return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
	}

	CompletableFuture<Void> close() {
		return this.connection.closeAsync();
	}

	@Override
	public void onRedisDisconnected(RedisChannelHandler<?, ?> disconnected) {
		this.confirmed.clear();
	}

	@Override
	public void subscribed(byte[] channel, long count) {
		String name = text(channel);
		this.confirmed.add(name);
		this.listener.subscribed(name);
	}

	@Override
	public void unsubscribed(byte[] channel, long count) {
		this.confirmed.remove(text(channel));
	}

	@Override
	public void message(byte[] channel, byte[] message) {
		this.listener.message(text(channel), message);
	}

	@Override
	public void psubscribed(byte[] pattern, long count) {
		subscribed(pattern, count);
	}

	@Override
	public void punsubscribed(byte[] pattern, long count) {
		unsubscribed(pattern, count);
	}

	@Override
	public void message(byte[] pattern, byte[] channel, byte[] message) {
		message(pattern, message);
	}

}
