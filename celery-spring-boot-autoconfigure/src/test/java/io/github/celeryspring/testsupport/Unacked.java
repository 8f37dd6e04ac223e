package io.github.celeryspring.testsupport;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import org.awaitility.Awaitility;

/**
 * A look at the messages in flight, which every peer sees.
 */
public final class Unacked {

	private Unacked() {
	}

	/**
	 * Waits until nothing is in flight.
	 * @param redis the server
	 */
	public static void awaitNone(RedisServerExtension redis) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isNone(redis));
	}

	/**
	 * Whether nothing is in flight.
	 * @param redis the server
	 * @return whether both keys are empty
	 */
	public static boolean isNone(RedisServerExtension redis) {
		return redis.commands().hlen("unacked") == 0 && redis.commands().zcard("unacked_index") == 0;
	}

	/**
	 * Waits until all messages in flight were left alone for longer than a visibility
	 * timeout, so that the next sweep gives them back.
	 * @param redis the server
	 * @param seconds the visibility timeout
	 */
	public static void awaitOlderThan(RedisServerExtension redis, int seconds) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30 + seconds))
			.until(() -> redis.commands()
				.zcount("unacked_index",
						Range.from(Range.Boundary.including(now(redis) - seconds), Range.Boundary.unbounded())) == 0);
	}

	/**
	 * The messages that are nowhere in Redis: neither waiting nor in flight. Asked in one
	 * step.
	 * @param redis the server
	 * @param queue the queue they were sent to, with the default priority
	 * @param ids the ids of the tasks that are not done
	 * @return the ids of the missing
	 */
	public static Set<String> missing(RedisServerExtension redis, String queue, Collection<String> ids) {
		List<String> found = redis.commands().eval("""
				local found = redis.call('LRANGE', KEYS[1], 0, -1)
				for _, entry in ipairs(redis.call('HVALS', KEYS[2])) do found[#found + 1] = entry end
				return found
				""", ScriptOutputType.MULTI, queue, "unacked");
		Set<String> missing = new HashSet<>(ids);
		missing.removeIf((id) -> found.stream().anyMatch((message) -> message.contains(id)));
		return missing;
	}

	private static double now(RedisServerExtension redis) {
		List<String> time = redis.commands().time();
		return Long.parseLong(time.get(0)) + Long.parseLong(time.get(1)) / 1e6;
	}

}
