package io.github.celeryspring.kombu.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.github.celeryspring.kombu.redis.MessageRestorer.Restored;
import io.github.celeryspring.kombu.redis.Orphans.Orphan;
import io.github.celeryspring.kombu.redis.OverdueMessages.Overdue;
import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.lettuce.core.ClientListArgs;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScriptOutputType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells dead owners from silent ones, and gives back what the dead had in flight. Any
 * number of peers may do so for one owner at the same time: what moves a message is a
 * script that moves it once. State belongs to the timer thread.
 */
final class DeadOwners {

	private static final Log logger = LogFactory.getLog(DeadOwners.class);

	private static final LuaScript forget = LuaScript.of(DeadOwners.class, "forget-owner.lua");

	private static final int CHUNK = 50;

	private final RedisConnections connections;

	private final KombuKeys keys;

	private final Orphans orphans;

	private final MessageRestorer restorer;

	private final Executor timer;

	DeadOwners(RedisConnections connections, KombuKeys keys, MessageRestorer restorer, Executor timer) {
		this.connections = connections;
		this.keys = keys;
		this.orphans = new Orphans(connections, keys);
		this.restorer = restorer;
		this.timer = timer;
	}

	/**
	 * Gives back the messages of those owners that have no connection any more. A killed
	 * process has none; one that is stopped, or busy with collecting garbage, has.
	 * @param silent owners without sign of life
	 * @param self our connection, which Redis must list to be believed: a proxy may show
	 * us other connections than those that clients have
	 * @return completes when done; fails if Redis refuses to list connections
	 */
	CompletableFuture<Void> bury(List<OwnerRecord> silent, ConnectionId self) {
		return listed(silent, self).thenComposeAsync((listed) -> {
			CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
			if (!listed.contains(self)) {
				logger.debug("Nobody can be judged: Redis does not list connection " + self);
				return done;
			}
			for (OwnerRecord owner : silent) {
				if (owner.connections().stream().noneMatch(listed::contains)) {
					done = done.thenComposeAsync((before) -> giveBack(owner), this.timer);
				}
			}
			return done;
		}, this.timer);
	}

	private CompletableFuture<Set<ConnectionId>> listed(List<OwnerRecord> silent, ConnectionId self) {
		Set<Long> ids = new HashSet<>(Set.of(self.id()));
		silent.forEach((owner) -> owner.connections().forEach((connection) -> ids.add(connection.id())));
		long[] asked = ids.stream().mapToLong(Long::longValue).toArray();
		return this.connections.execute((redis) -> redis.clientList(ClientListArgs.Builder.ids(asked)))
			.thenApply((list) -> {
				Set<ConnectionId> listed = new HashSet<>();
				list.lines().map(ConnectionId::ofInfo).filter(Objects::nonNull).forEach(listed::add);
				return listed;
			});
	}

	private CompletableFuture<Void> giveBack(OwnerRecord owner) {
		return this.orphans.find(owner)
			.thenComposeAsync((found) -> giveBack(owner, found, 0, Restored.NONE), this.timer)
			.thenCompose((restored) -> forget(owner).thenAccept((forgotten) -> {
				if (forgotten > 0 || restored.moved() > 0) {
					logger.warn("Worker " + owner.name() + " is gone; " + restored.moved() + " messages given back");
				}
			}));
	}

	private CompletableFuture<Restored> giveBack(OwnerRecord owner, List<Orphan> found, int from, Restored sum) {
		if (from >= found.size()) {
			return CompletableFuture.completedFuture(sum);
		}
		List<Orphan> chunk = found.subList(from, Math.min(found.size(), from + CHUNK));
		return read(owner, chunk)
			// Whoever comes back renews its leases: later than the latest of these.
			.thenComposeAsync((messages) -> this.restorer.restoreAll(messages, chunk.get(0).lease()), this.timer)
			.thenComposeAsync((restored) -> giveBack(owner, found, from + CHUNK, sum.plus(restored)), this.timer);
	}

	/** Reads messages, or nothing if the owner gives signs of life again. */
	private CompletableFuture<List<Overdue>> read(OwnerRecord owner, List<Orphan> chunk) {
		byte[] name = KombuKeys.bytes(owner.owner());
		byte[][] tags = chunk.stream().map(Orphan::tag).toArray(byte[][]::new);
		return this.connections.execute((redis) -> redis.hget(this.keys.owners(), name)
			.thenCombine(redis.hmget(this.keys.unacked(), tags), (record, entries) -> {
				boolean same = record != null && owner.text().equals(KombuKeys.text(record));
				return same ? messages(entries) : List.<Overdue>of();
			}));
	}

	private static List<Overdue> messages(List<KeyValue<byte[], byte[]>> entries) {
		List<Overdue> messages = new ArrayList<>(entries.size());
		entries
			.forEach((entry) -> messages.add(new Overdue(entry.getKey(), entry.hasValue() ? entry.getValue() : null)));
		return messages;
	}

	private CompletableFuture<Long> forget(OwnerRecord owner) {
		return this.connections.execute((redis) -> forget.<Long>run(redis, ScriptOutputType.INTEGER,
				new byte[][] { this.keys.owners() }, KombuKeys.bytes(owner.owner()), KombuKeys.bytes(owner.text())));
	}

}
