package io.github.celeryspring.kombu.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ReplyQueue;
import io.github.celeryspring.redis.RedisConnections;

/**
 * A reply queue. Unlike kombu it waits on no connection of its own, and its binding is
 * not kept alive: it is there for seconds.
 */
final class RedisReplyQueue implements ReplyQueue {

	private final RedisConnections connections;

	private final byte[] bindings;

	private final byte[] member;

	private final byte[] list;

	RedisReplyQueue(RedisConnections connections, KombuKeys keys, String separator, CeleryQueue queue) {
		this.connections = connections;
		this.bindings = keys.bindings(queue.exchange().name());
		this.member = KombuKeys.bytes(Binding.member(queue.name(), queue.allBindings().get(0), separator));
		this.list = keys.list(queue.name(), 0);
	}

	CompletableFuture<ReplyQueue> open() {
		return this.connections.<Long>execute((redis) -> redis.sadd(this.bindings, this.member))
			.thenApply((added) -> this);
	}

	@Override
	public CompletableFuture<List<byte[]>> take(int max) {
		return RedisTransport.translated(this.connections,
				this.connections.<List<byte[]>>execute((redis) -> redis.rpop(this.list, max)), "read replies");
	}

	@Override
	public void close() {
		this.connections.execute((redis) -> {
			redis.srem(this.bindings, this.member);
			return redis.del(this.list);
		});
	}

}
