package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.lettuce.core.ScriptOutputType;

/**
 * Finds the messages in flight of an owner by the time of their leases, page by page.
 */
final class Orphans {

	/** A lease is renewed every minute at least, and once more if that failed. */
	private static final Duration LONGEST_LEASE = Duration.ofMinutes(2);

	private static final int PAGE = 1000;

	private static final long CHANGED = -1;

	private static final LuaScript script = LuaScript.of(Orphans.class, "orphans.lua");

	private static final byte[] longestLease = KombuKeys.bytes(String.valueOf(LONGEST_LEASE.toSeconds()));

	private static final byte[] pageSize = KombuKeys.bytes(String.valueOf(PAGE));

	private final RedisConnections connections;

	private final byte[][] keys;

	Orphans(RedisConnections connections, KombuKeys keys) {
		this.connections = connections;
		this.keys = new byte[][] { keys.unackedIndex(), keys.owners() };
	}

	/**
	 * Finds them.
	 * @param owner the record of the owner
	 * @return completes with the messages, the latest lease first; with none if the
	 * record has changed
	 */
	CompletableFuture<List<Orphan>> find(OwnerRecord owner) {
		return next(owner, new byte[0], 0, new ArrayList<>());
	}

	private CompletableFuture<List<Orphan>> next(OwnerRecord owner, byte[] lease, long skip, List<Orphan> found) {
		return this.connections.execute((redis) -> script.<List<Object>>run(redis, ScriptOutputType.MULTI, this.keys,
				KombuKeys.bytes(owner.owner()), KombuKeys.bytes(owner.text()), longestLease, lease,
				KombuKeys.bytes(String.valueOf(skip)), pageSize))
			.thenCompose((reply) -> {
				long more = (Long) reply.get(0);
				if (more == CHANGED) {
					return CompletableFuture.completedFuture(List.of());
				}
				for (int i = 3; i + 1 < reply.size(); i += 2) {
					found.add(new Orphan((byte[]) reply.get(i), (byte[]) reply.get(i + 1)));
				}
				return (more > 0) ? next(owner, (byte[]) reply.get(1), (Long) reply.get(2), found)
						: CompletableFuture.completedFuture(found);
			});
	}

	/**
	 * A message of a dead owner.
	 *
	 * @param tag the delivery tag
	 * @param lease the time of its lease
	 */
	record Orphan(byte[] tag, byte[] lease) {

	}

}
