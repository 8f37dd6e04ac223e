package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.lettuce.core.ScriptOutputType;
import org.jspecify.annotations.Nullable;

/**
 * Reads, page by page, the messages whose lease has run out.
 */
final class OverdueMessages {

	private static final LuaScript script = LuaScript.of(OverdueMessages.class, "overdue.lua");

	private static final byte[] NEW_SWEEP = {};

	private final RedisConnections connections;

	private final byte[][] keys;

	private final byte[] visibilityTimeout;

	OverdueMessages(RedisConnections connections, KombuKeys keys, Duration visibilityTimeout) {
		this.connections = connections;
		this.keys = new byte[][] { keys.unacked(), keys.unackedIndex() };
		this.visibilityTimeout = KombuKeys.bytes(String.valueOf(visibilityTimeout.toSeconds()));
	}

	/**
	 * Reads one page.
	 * @param ceiling the ceiling of the first page of this sweep, or {@code null} for the
	 * first
	 * @param skip how many to leave out
	 * @param limit how many at most
	 * @return the page
	 */
	CompletableFuture<Page> read(byte @Nullable [] ceiling, int skip, int limit) {
		return this.connections
			.execute((redis) -> script.<List<Object>>run(redis, ScriptOutputType.MULTI, this.keys,
					this.visibilityTimeout, (ceiling != null) ? ceiling : NEW_SWEEP,
					KombuKeys.bytes(String.valueOf(skip)), KombuKeys.bytes(String.valueOf(limit))))
			.thenApply(Page::parse);
	}

	/**
	 * Some overdue messages.
	 *
	 * @param ceiling the latest lease that counts as run out
	 * @param overdue how many there are in all
	 * @param nextInMillis when the next lease runs out, or -1 if there is none
	 * @param messages the messages, the latest lease first
	 */
	record Page(byte[] ceiling, long overdue, long nextInMillis, List<Overdue> messages) {

		private static Page parse(List<Object> reply) {
			List<Overdue> messages = new ArrayList<>();
			for (int i = 3; i + 1 < reply.size(); i += 2) {
				messages.add(new Overdue((byte[]) reply.get(i), (byte[]) reply.get(i + 1)));
			}
			return new Page((byte[]) reply.get(0), (Long) reply.get(1), (Long) reply.get(2), messages);
		}

	}

	/**
	 * One of them.
	 *
	 * @param tag the delivery tag
	 * @param entry the value in {@code unacked}, or {@code null} if there is none
	 */
	record Overdue(byte[] tag, byte @Nullable [] entry) {

	}

}
