package io.github.celeryspring.testsupport;

import java.time.Duration;
import java.util.List;

import io.lettuce.core.Range;
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
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> redis.commands().hlen("unacked") == 0 && redis.commands().zcard("unacked_index") == 0);
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

	private static double now(RedisServerExtension redis) {
		List<String> time = redis.commands().time();
		return Long.parseLong(time.get(0)) + Long.parseLong(time.get(1)) / 1e6;
	}

}
