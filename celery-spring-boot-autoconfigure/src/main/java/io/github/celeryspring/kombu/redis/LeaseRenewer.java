package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Keeps the messages in flight from being given to others, however long they take, and
 * finds out if one was given away nevertheless. kombu has no counterpart: there a message
 * is redelivered after {@code visibility_timeout} even if its worker is alive.
 */
final class LeaseRenewer {

	private static final Log logger = LogFactory.getLog(LeaseRenewer.class);

	private static final LuaScript script = LuaScript.of(LeaseRenewer.class, "renew.lua");

	private static final int MAX_TAGS = 1000;

	private static final Duration LONGEST_PERIOD = Duration.ofMinutes(1);

	private static final Duration RETRY = Duration.ofSeconds(1);

	private final RedisConnections connections;

	private final byte[] unackedIndex;

	private final UnackedMessages unacked;

	private final ScheduledExecutorService timer;

	private final long periodMillis;

	private final LongAdder lost = new LongAdder();

	/**
	 * Creates a renewer.
	 * @param connections where to renew
	 * @param keys the key names
	 * @param unacked what to renew
	 * @param visibilityTimeout the visibility timeout; a third of it, at most a minute,
	 * is the period
	 * @param timer the timer
	 */
	LeaseRenewer(RedisConnections connections, KombuKeys keys, UnackedMessages unacked, Duration visibilityTimeout,
			ScheduledExecutorService timer) {
		this.connections = connections;
		this.unackedIndex = keys.unackedIndex();
		this.unacked = unacked;
		this.timer = timer;
		this.periodMillis = Math.min(visibilityTimeout.toMillis() / 3, LONGEST_PERIOD.toMillis());
	}

	void start() {
		schedule(this.periodMillis);
	}

	private void schedule(long millis) {
		this.timer.schedule(this::renew, millis, TimeUnit.MILLISECONDS);
	}

	private void renew() {
		long begun = System.nanoTime();
		renewNow().whenCompleteAsync((done, failure) -> {
			long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
			if (failure != null) {
				logger.debug("Could not renew leases", failure);
				schedule(Math.min(RETRY.toMillis(), this.periodMillis));
			}
			else {
				schedule(Math.max(1, this.periodMillis - took));
			}
		}, this.timer);
	}

	/**
	 * Renews all leases out of turn, and so finds out which were lost. Any thread.
	 * @return completes when that is known
	 */
	CompletableFuture<Void> renewNow() {
		List<RedisDelivery> all = new ArrayList<>(this.unacked.inFlight());
		return all.isEmpty() ? CompletableFuture.completedFuture(null)
				: this.connections.execute((redis) -> renewAll(redis, all));
	}

	private CompletionStage<Void> renewAll(RedisAsyncCommands<byte[], byte[]> redis, List<RedisDelivery> all) {
		List<CompletableFuture<Void>> renewed = new ArrayList<>();
		for (int from = 0; from < all.size(); from += MAX_TAGS) {
			List<RedisDelivery> chunk = all.subList(from, Math.min(all.size(), from + MAX_TAGS));
			byte[][] tags = chunk.stream().map(RedisDelivery::tagBytes).toArray(byte[][]::new);
			CompletionStage<List<Long>> reply = script.run(redis, ScriptOutputType.MULTI,
					new byte[][] { this.unackedIndex }, tags);
			renewed.add(reply.thenAccept((gone) -> gone.forEach((number) -> lose(chunk.get(number.intValue() - 1))))
				.toCompletableFuture());
		}
		return CompletableFuture.allOf(renewed.toArray(CompletableFuture<?>[]::new));
	}

	private void lose(RedisDelivery delivery) {
		// One that was settled in the meantime is no longer there either.
		if (delivery.loseLease()) {
			this.lost.increment();
			this.unacked.forget(delivery);
			logger.warn("The lease of " + delivery + " was lost: it may be run by another worker, too");
		}
	}

	/** How many leases were lost. */
	long lost() {
		return this.lost.sum();
	}

}
