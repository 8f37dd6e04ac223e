package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisFailures;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a transport as owners of messages in flight: tells peers that they
 * live, and sees to it that what dead peers had is given back. kombu has no counterpart,
 * and does not notice.
 */
final class Owners {

	private static final Log logger = LogFactory.getLog(Owners.class);

	private static final LuaScript script = LuaScript.of(Owners.class, "heartbeat.lua");

	private static final byte[] ALONE = KombuKeys.bytes("0");

	private static final byte[] WITH_PEERS = KombuKeys.bytes("1");

	private static final int ROUNDS_PER_TIMEOUT = 5;

	/** So many peers can be looked at each time; of more, each looks less often. */
	private static final int PEERS_PER_LOOK = 100;

	private static final long CLOSE_MILLIS = 1000;

	private final RedisConnections connections;

	private final byte[] key;

	private final UnackedMessages unacked;

	private final LeaseRenewer renewer;

	private final DeadOwners dead;

	private final ScheduledExecutorService timer;

	private final Duration timeout;

	private final OwnerWatch watch;

	private final Map<String, Owned> owned = new ConcurrentHashMap<>();

	private final AtomicBoolean refusalTold = new AtomicBoolean();

	/** The shared connection. */
	private volatile @Nullable RedisSelf self;

	private @Nullable RedisSelf heardAs;

	private long lastRound = System.nanoTime();

	private long rounds;

	private int peers;

	private boolean burying;

	private @Nullable RedisSelf refusedAs;

	/**
	 * Creates owners without consumers.
	 * @param connections the connections
	 * @param keys the key names
	 * @param unacked the messages in flight
	 * @param renewer told when leases may be lost
	 * @param dead gives back messages
	 * @param timeout {@code owner_timeout}
	 * @param timer the timer
	 */
	Owners(RedisConnections connections, KombuKeys keys, UnackedMessages unacked, LeaseRenewer renewer, DeadOwners dead,
			Duration timeout, ScheduledExecutorService timer) {
		this.connections = connections;
		this.key = keys.owners();
		this.unacked = unacked;
		this.renewer = renewer;
		this.dead = dead;
		this.timeout = timeout;
		this.watch = new OwnerWatch(timeout);
		this.timer = timer;
	}

	void start() {
		if (!this.timeout.isZero()) {
			schedule();
		}
	}

	private void schedule() {
		this.timer.schedule(this::round, this.timeout.toNanos() / ROUNDS_PER_TIMEOUT, TimeUnit.NANOSECONDS);
	}

	/**
	 * Tells that a consumer is connected. To be waited for before it fetches, so that
	 * nothing is in flight without an owner. For the polling thread.
	 * @param owner the prefix of its delivery tags
	 * @param redis its connection
	 * @return completes when peers know; when this is another connection than before,
	 * also after the leases have been looked after
	 */
	CompletionStage<Void> announce(String owner, RedisAsyncCommands<byte[], byte[]> redis) {
		if (this.timeout.isZero()) {
			return CompletableFuture.completedFuture(null);
		}
		boolean again = this.owned.containsKey(owner);
		CompletionStage<Void> announced = RedisSelf.of(redis, null).thenCompose((connected) -> {
			Owned one = new Owned(connected.connection(), false);
			this.owned.put(owner, one);
			return write(redis, connected.server(), Map.of(owner, one), ALONE);
		})
			.thenCompose((reply) -> again ? this.renewer.renewNow().exceptionally((failure) -> null)
					: CompletableFuture.completedFuture(null));
		return announced.exceptionallyCompose((failure) -> {
			if (RedisFailures.isPassing(failure)) {
				return CompletableFuture.failedStage(failure);
			}
			if (!again) {
				this.owned.remove(owner);
			}
			// Else its record is there, and must be kept up.
			refused(failure);
			return CompletableFuture.completedFuture(null);
		});
	}

	/** Tells that a consumer fetches nothing any more. */
	void closed(String owner) {
		this.owned.computeIfPresent(owner, (name, one) -> new Owned(one.connection(), true));
	}

	private void round() {
		long begun = System.nanoTime();
		long pause = begun - this.lastRound;
		this.lastRound = begun;
		if (pause > this.timeout.toNanos() / 2) {
			this.watch.reset();
		}
		if (pause > this.timeout.toNanos()) {
			this.renewer.renewNow();
		}
		if (this.owned.isEmpty()) {
			this.watch.reset();
			schedule();
			return;
		}
		boolean look = this.rounds++ % (1 + this.peers / PEERS_PER_LOOK) == 0;
		this.connections.execute((redis) -> beat(redis, look)).whenCompleteAsync((beat, failure) -> {
			if (failure != null) {
				this.watch.reset();
				logger.debug("Could not give a sign of life", failure);
			}
			else {
				hear(beat, look, begun);
			}
			schedule();
		}, this.timer);
	}

	private CompletionStage<Beat> beat(RedisAsyncCommands<byte[], byte[]> redis, boolean look) {
		return RedisSelf.of(redis, this.self).thenCompose((self) -> removeFinished(redis).thenCompose((removed) -> {
			this.self = self;
			Map<String, Owned> living = Map.copyOf(this.owned);
			return write(redis, self.server(), living, look ? WITH_PEERS : ALONE)
				.thenApply((reply) -> Beat.of(self, reply, living));
		}));
	}

	/** What a closed consumer has in flight is still ours, as long as there is any. */
	private CompletionStage<?> removeFinished(RedisAsyncCommands<byte[], byte[]> redis) {
		List<String> finished = finished();
		if (finished.isEmpty()) {
			return CompletableFuture.completedFuture(0L);
		}
		return redis.hdel(this.key, finished.stream().map(KombuKeys::bytes).toArray(byte[][]::new))
			.thenAccept((count) -> finished.forEach(this.owned::remove));
	}

	private List<String> finished() {
		return this.owned.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().closed() && !this.unacked.hasAnyOf(entry.getKey()))
			.map(Map.Entry::getKey)
			.toList();
	}

	private CompletionStage<List<Object>> write(RedisAsyncCommands<byte[], byte[]> redis, String server,
			Map<String, Owned> owners, byte[] mode) {
		RedisSelf shared = this.self;
		List<byte[]> arguments = new ArrayList<>(List.of(mode));
		owners.forEach((owner, one) -> {
			arguments.add(KombuKeys.bytes(owner));
			arguments.add(KombuKeys.bytes(OwnerRecord.text(server,
					(shared != null) ? List.of(one.connection(), shared.connection()) : List.of(one.connection()))));
		});
		return script.run(redis, ScriptOutputType.MULTI, new byte[][] { this.key }, arguments.toArray(byte[][]::new));
	}

	private void hear(Beat beat, boolean looked, long begun) {
		if (beat.created() > 0 || !beat.self().equals(this.heardAs)) {
			// Somebody took us for dead, or could have.
			this.renewer.renewNow();
		}
		this.heardAs = beat.self();
		if (!looked) {
			return;
		}
		this.peers = beat.peers().size();
		List<OwnerRecord> silent = this.watch.observe(beat.self(), beat.peers(), begun, System.nanoTime());
		if (!silent.isEmpty() && !this.burying && !beat.self().equals(this.refusedAs)) {
			this.burying = true;
			this.dead.bury(silent, beat.self().connection()).whenCompleteAsync((done, failure) -> {
				this.burying = false;
				if (failure != null && !RedisFailures.isPassing(failure)) {
					this.refusedAs = beat.self();
					refused(failure);
				}
			}, this.timer);
		}
	}

	private void refused(Throwable failure) {
		if (this.refusalTold.compareAndSet(false, true)) {
			logger.info("The messages of a killed worker will come back after visibility_timeout, not earlier: "
					+ this.connections.describe(failure));
		}
	}

	/**
	 * Removes those that have nothing in flight; what others have is given back by peers,
	 * once the connections are closed. Waits a moment.
	 */
	void close() {
		List<String> finished = finished();
		if (finished.isEmpty()) {
			return;
		}
		finished.forEach(this.owned::remove);
		byte[][] names = finished.stream().map(KombuKeys::bytes).toArray(byte[][]::new);
		try {
			this.connections.execute((redis) -> redis.hdel(this.key, names)).get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("Could not tell that all is done", ex);
		}
	}

	/**
	 * One consumer.
	 *
	 * @param connection its own connection, the last it had
	 * @param closed whether it fetches no more
	 */
	private record Owned(ConnectionId connection, boolean closed) {

	}

	/**
	 * What came of a sign of life.
	 *
	 * @param self by which connection it was given
	 * @param created how many of our own records were not there
	 * @param peers the records of others
	 */
	private record Beat(RedisSelf self, long created, List<OwnerRecord> peers) {

		static Beat of(RedisSelf self, List<Object> reply, Map<String, Owned> own) {
			Map<String, String> records = new LinkedHashMap<>();
			for (int i = 1; i + 1 < reply.size(); i += 2) {
				String owner = KombuKeys.text((byte[]) reply.get(i));
				if (!own.containsKey(owner)) {
					records.put(owner, KombuKeys.text((byte[]) reply.get(i + 1)));
				}
			}
			return new Beat(self, (Long) reply.get(0), OwnerRecord.parseAll(records));
		}

	}

}
