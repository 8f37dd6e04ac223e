package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;

/**
 * A lock that is tried but not waited for, shared with Python's
 * {@code kombu.transport.redis.Mutex}.
 */
final class RedisMutex {

	private static final LuaScript release = LuaScript.of(RedisMutex.class, "release-mutex.lua");

	private final RedisConnections connections;

	private final byte[] key;

	private final Duration expire;

	private final byte[] token = KombuKeys.bytes(UUID.randomUUID().toString().replace("-", ""));

	RedisMutex(RedisConnections connections, byte[] key, Duration expire) {
		this.connections = connections;
		this.key = key;
		this.expire = expire;
	}

	/** Tries to get the lock; completes with whether it worked. */
	CompletableFuture<Boolean> tryAcquire() {
		return this.connections
			.execute((redis) -> redis.set(this.key, this.token, SetArgs.Builder.nx().px(this.expire.toMillis())))
			.thenApply("OK"::equals);
	}

	/** Gives it back if it is still ours. */
	CompletableFuture<Long> release() {
		return this.connections.execute(
				(redis) -> release.<Long>run(redis, ScriptOutputType.INTEGER, new byte[][] { this.key }, this.token));
	}

}
