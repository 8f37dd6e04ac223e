package io.github.celeryspring.kombu.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.kombu.redis.RedisTransportOptions.QueueOrderStrategy;
import org.springframework.util.Assert;

/**
 * The lists of a consumer in the order in which they are served: every queue of the most
 * urgent priority step, then every queue of the next. For one thread. Counterpart of
 * {@code kombu.utils.scheduling}.
 */
final class QueueOrder {

	private final QueueOrderStrategy strategy;

	private final Map<String, byte[][]> listsOfQueue = new LinkedHashMap<>();

	private final int steps;

	private final List<String> queues;

	private byte[][] lists;

	QueueOrder(List<String> queues, KombuKeys keys, RedisTransportOptions options) {
		this.strategy = options.queueOrderStrategy();
		this.steps = options.prioritySteps().size();
		queues.forEach((queue) -> this.listsOfQueue.put(queue, keys.lists(queue)));
		this.queues = new ArrayList<>(this.listsOfQueue.keySet());
		if (this.strategy == QueueOrderStrategy.SORTED) {
			this.queues.sort(null);
		}
		this.lists = arrange();
	}

	private byte[][] arrange() {
		byte[][] arranged = new byte[this.steps * this.queues.size()][];
		int next = 0;
		for (int step = 0; step < this.steps; step++) {
			for (String queue : this.queues) {
				byte[][] lists = this.listsOfQueue.get(queue);
				Assert.state(lists != null, "An unknown queue has no lists");
				arranged[next++] = lists[step];
			}
		}
		return arranged;
	}

	/** The queues in order. */
	List<String> queues() {
		return this.queues;
	}

	/** The keys of the lists in order. */
	byte[][] lists() {
		return this.lists;
	}

	/** The queue that a list belongs to. */
	String queueOf(int list) {
		return this.queues.get(list % this.queues.size());
	}

	/** Where a key is in {@link #lists()}. */
	int indexOf(byte[] list) {
		for (int i = 0; i < this.lists.length; i++) {
			if (Arrays.equals(this.lists[i], list)) {
				return i;
			}
		}
		throw new IllegalArgumentException("Not a list of this consumer: " + KombuKeys.text(list));
	}

	/** Tells that messages were taken from a queue. */
	void served(String queue) {
		if (this.strategy == QueueOrderStrategy.ROUND_ROBIN && this.queues.size() > 1) {
			this.queues.remove(queue);
			this.queues.add(queue);
			this.lists = arrange();
		}
	}

}
