package io.github.celeryspring.kombu.redis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to lists and channels, as few commands as possible. The order
 * within a list is kept.
 */
final class PublishBatch {

	private static final int MAX_ELEMENTS = 500;

	private static final int MAX_BYTES = 1 << 20;

	private final Map<ByteBuffer, List<byte[]>> elements = new LinkedHashMap<>();

	private List<Broadcast> broadcasts = List.of();

	/** Milliseconds by list. */
	private Map<ByteBuffer, Long> expiring = Map.of();

	void add(byte[] list, byte[] element) {
		this.elements.computeIfAbsent(ByteBuffer.wrap(list), (key) -> new ArrayList<>()).add(element);
	}

	void addBroadcast(byte[] channel, byte[] message) {
		if (this.broadcasts.isEmpty()) {
			this.broadcasts = new ArrayList<>();
		}
		this.broadcasts.add(new Broadcast(channel, message));
	}

	/** Gives lists of a queue, after what is pushed, so many milliseconds. */
	void expire(byte[][] lists, long millis) {
		if (this.expiring.isEmpty()) {
			this.expiring = new LinkedHashMap<>();
		}
		for (byte[] list : lists) {
			this.expiring.put(ByteBuffer.wrap(list), millis);
		}
	}

	/** The list of the only message, or {@code null} if there is more to do. */
	byte @Nullable [] onlyList() {
		if (this.elements.size() != 1 || !this.broadcasts.isEmpty() || !this.expiring.isEmpty()) {
			return null;
		}
		Map.Entry<ByteBuffer, List<byte[]>> only = this.elements.entrySet().iterator().next();
		return (only.getValue().size() == 1) ? only.getKey().array() : null;
	}

	CompletableFuture<Void> push(RedisAsyncCommands<byte[], byte[]> redis) {
		List<CompletableFuture<?>> pushed = new ArrayList<>();
		this.broadcasts
			.forEach((each) -> pushed.add(redis.publish(each.channel(), each.message()).toCompletableFuture()));
		this.elements.forEach((list, all) -> {
			int from = 0;
			while (from < all.size()) {
				int to = endOfChunk(all, from);
				pushed
					.add(redis.lpush(list.array(), all.subList(from, to).toArray(byte[][]::new)).toCompletableFuture());
				from = to;
			}
		});
		this.expiring.forEach((list, millis) -> pushed.add(redis.pexpire(list.array(), millis).toCompletableFuture()));
		return CompletableFuture.allOf(pushed.toArray(CompletableFuture<?>[]::new));
	}

	/** Adds all as the arguments of {@code ack-and-push.lua}. */
	void addTo(List<byte[]> keys, List<byte[]> arguments) {
		arguments.add(KombuKeys.bytes(String.valueOf(this.elements.size())));
		this.elements.forEach((list, all) -> {
			keys.add(list.array());
			arguments.add(KombuKeys.bytes(String.valueOf(all.size())));
			arguments.addAll(all);
		});
		this.expiring.forEach((list, millis) -> {
			keys.add(list.array());
			arguments.add(KombuKeys.bytes(String.valueOf(millis)));
		});
		this.broadcasts.forEach((each) -> {
			arguments.add(each.channel());
			arguments.add(each.message());
		});
	}

	private static int endOfChunk(List<byte[]> all, int from) {
		int to = from + 1;
		long bytes = all.get(from).length;
		while (to < all.size() && to - from < MAX_ELEMENTS && bytes + all.get(to).length <= MAX_BYTES) {
			bytes += all.get(to).length;
			to++;
		}
		return to;
	}

	private record Broadcast(byte[] channel, byte[] message) {

	}

}
