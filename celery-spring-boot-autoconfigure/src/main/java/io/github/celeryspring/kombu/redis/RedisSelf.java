package io.github.celeryspring.kombu.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.celeryspring.redis.RedisFailures;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to which run of Redis. Another one after each reconnect.
 *
 * @param connection the connection
 * @param server the run of the server, without blanks; the same for all if Redis does not
 * tell
 */
record RedisSelf(ConnectionId connection, String server) {

	private static final Pattern RUN_ID = Pattern.compile("(?m)^run_id:(\\S+)");

	private static final String UNKNOWN = "?";

	/**
	 * Asks for it.
	 * @param redis the connection
	 * @param before the last answer
	 * @return completes with the same if nothing has changed
	 */
	static CompletionStage<RedisSelf> of(RedisAsyncCommands<byte[], byte[]> redis, @Nullable RedisSelf before) {
		return ConnectionId.of(redis).thenCompose((connection) -> {
			if (before != null && before.connection().equals(connection)) {
				return CompletableFuture.completedFuture(before);
			}
			return redis.info("server").thenApply(RedisSelf::runId).exceptionally((failure) -> {
				if (RedisFailures.isPassing(failure)) {
					throw new CompletionException(failure);
				}
				return UNKNOWN;
			}).thenApply((server) -> new RedisSelf(connection, server));
		});
	}

	private static String runId(String info) {
		Matcher matcher = RUN_ID.matcher(info);
		return matcher.find() ? matcher.group(1) : UNKNOWN;
	}

}
