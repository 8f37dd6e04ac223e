package io.github.celeryspring.kombu.redis;

import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * A connection as Redis sees it. Ids start anew with the server, so the address belongs
 * to it.
 *
 * @param id the id of the client
 * @param address where it comes from
 */
record ConnectionId(long id, String address) {

	private static final Pattern INFO = Pattern.compile("^id=(\\d{1,18}) (?:.* )?addr=(\\S+)");

	private static final Pattern TEXT = Pattern.compile("(\\d{1,18})@(\\S+)");

	/** Asks who one is. */
	static CompletionStage<ConnectionId> of(RedisAsyncCommands<byte[], byte[]> redis) {
		return redis.clientInfo().thenApply((info) -> {
			ConnectionId id = ofInfo(info);
			if (id == null) {
				throw new IllegalStateException("The reply of CLIENT INFO has no id and addr");
			}
			return id;
		});
	}

	/** Reads a line of {@code CLIENT LIST}; {@code null} if it is none. */
	static @Nullable ConnectionId ofInfo(String line) {
		Matcher matcher = INFO.matcher(line);
		return matcher.find() ? of(matcher) : null;
	}

	/** Reads what {@link #toString()} wrote; {@code null} if it did not. */
	static @Nullable ConnectionId parse(String text) {
		Matcher matcher = TEXT.matcher(text);
		return matcher.matches() ? of(matcher) : null;
	}

	private static ConnectionId of(Matcher matcher) {
		return new ConnectionId(Long.parseLong(matcher.group(1)), matcher.group(2));
	}

	@Override
	public String toString() {
		return this.id + "@" + this.address;
	}

}
