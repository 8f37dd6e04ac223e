package io.github.celeryspring.kombu.redis;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * What a consumer serves, and the tags of what it takes. Any thread.
 */
final class ConsumerScope {

	private final String tagPrefix;

	private final Map<ByteBuffer, String> queues = new LinkedHashMap<>();

	private final byte[][] lists;

	private final AtomicLong nextTag = new AtomicLong(1);

	/**
	 * Creates a scope that has given no tag.
	 * @param tagPrefix the prefix of the tags
	 * @param queues the queues whose messages are in lists
	 * @param keys the names of the lists
	 */
	ConsumerScope(String tagPrefix, Collection<String> queues, KombuKeys keys) {
		this.tagPrefix = tagPrefix;
		for (String queue : queues) {
			for (byte[] list : keys.lists(queue)) {
				this.queues.put(ByteBuffer.wrap(list), queue);
			}
		}
		this.lists = this.queues.keySet().stream().map(ByteBuffer::array).toArray(byte[][]::new);
	}

	String tagPrefix() {
		return this.tagPrefix;
	}

	/** Numbers for tags that nobody else gets; the first of so many. */
	long reserve(int count) {
		return this.nextTag.getAndAdd(count);
	}

	/** A new tag. */
	String nextTag() {
		return KombuKeys.tag(this.tagPrefix, reserve(1));
	}

	/** All lists. */
	byte[][] lists() {
		return this.lists;
	}

	/** The queue of a list, or {@code null} if it is not served. */
	@Nullable String queueOf(byte[] list) {
		return this.queues.get(ByteBuffer.wrap(list));
	}

}
