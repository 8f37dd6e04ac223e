package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the queues of a consumer that have {@code x-expires} alive, and sweeps away
 * binding tables of those that nobody keeps alive any more. Counterpart of
 * {@code Channel.maybe_refresh_binding_expiry} and {@code _maybe_update_queues_expire}.
 */
final class QueueExpiry implements AutoCloseable {

	private static final LuaScript refresh = LuaScript.of(QueueExpiry.class, "refresh-binding.lua");

	private static final LuaScript sweep = LuaScript.of(QueueExpiry.class, "sweep-bindings.lua");

	private static final Duration SHORTEST_BINDING = Duration.ofHours(1);

	private static final Duration SWEEP = Duration.ofMinutes(1);

	private static final byte[] MAX_SWEPT = KombuKeys.bytes("100");

	private final RedisConnections connections;

	private final KombuKeys keys;

	private final List<CeleryQueue> queues;

	private @Nullable ScheduledFuture<?> touching;

	private @Nullable ScheduledFuture<?> sweeping;

	QueueExpiry(RedisConnections connections, KombuKeys keys, List<CeleryQueue> queues) {
		this.connections = connections;
		this.keys = keys;
		this.queues = queues.stream().filter((queue) -> queue.expires() != null).toList();
	}

	/** Writes a binding that outlives its last use for twice as long as the queue. */
	static CompletionStage<?> refresh(RedisAsyncCommands<byte[], byte[]> redis, KombuKeys keys, String exchange,
			byte[] member, Duration expires) {
		long millis = Math.max(2 * expires.toMillis(), SHORTEST_BINDING.toMillis());
		byte[][] used = { keys.bindings(exchange), keys.bindingDeadlines() };
		return refresh.run(redis, ScriptOutputType.INTEGER, used, member, KombuKeys.bytes(exchange),
				KombuKeys.bytes(String.valueOf(millis)));
	}

	void start(ScheduledExecutorService timer) {
		long shortest = this.queues.stream().mapToLong(QueueExpiry::millis).min().orElse(0);
		if (shortest > 0) {
			this.touching = timer.scheduleWithFixedDelay(this::touch, 0, Math.max(1, shortest / 3),
					TimeUnit.MILLISECONDS);
			this.sweeping = timer.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(),
					TimeUnit.MILLISECONDS);
		}
	}

	private static long millis(CeleryQueue queue) {
		Duration expires = queue.expires();
		return (expires != null) ? expires.toMillis() : Long.MAX_VALUE;
	}

	private void touch() {
		this.connections.execute((redis) -> {
			CompletionStage<?> last = CompletableFuture.completedStage(null);
			for (CeleryQueue queue : this.queues) {
				for (byte[] list : this.keys.lists(queue.name())) {
					last = redis.pexpire(list, millis(queue));
				}
			}
			return last;
		});
	}

	void sweep() {
		byte[][] used = { this.keys.bindingDeadlines() };
		this.connections.execute((redis) -> sweep.run(redis, ScriptOutputType.INTEGER, used, this.keys.bindings(""),
				this.keys.permanentBindings(""), MAX_SWEPT));
	}

	@Override
	public void close() {
		if (this.touching != null) {
			this.touching.cancel(false);
		}
		if (this.sweeping != null) {
			this.sweeping.cancel(false);
		}
	}

}
