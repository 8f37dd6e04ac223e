package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.FanoutSubscription;
import io.github.celeryspring.kombu.KombuMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What a consumer hears on its fanout queues, until it takes it. A consumer that takes
 * nothing holds up the listener, which throws away what it has no room for. Thread-safe.
 */
final class FanoutInbox implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(FanoutInbox.class);

	private static final int MAX_HEARD = 128;

	private static final int MAX_PARKED = 10_000;

	private final RedisTransport.Parts parts;

	private final String tagPrefix;

	private final Semaphore bell;

	private final BlockingQueue<FanoutDelivery> heard = new ArrayBlockingQueue<>(MAX_HEARD);

	/** Given back: so many at most as were taken. */
	private final Queue<FanoutDelivery> again = new ConcurrentLinkedQueue<>();

	private final List<FanoutSubscription> subscriptions = new CopyOnWriteArrayList<>();

	private final AtomicLong tags = new AtomicLong();

	private final AtomicInteger parked = new AtomicInteger();

	private volatile boolean closed;

	FanoutInbox(RedisTransport.Parts parts, String tagPrefix, Semaphore bell) {
		this.parts = parts;
		this.tagPrefix = tagPrefix;
		this.bell = bell;
	}

	/** Whether messages of a queue are published to subscribers. */
	static boolean isFanout(CeleryQueue queue) {
		return queue.exchange().type() == CeleryExchange.Type.FANOUT;
	}

	void listen(CeleryQueue queue) {
		for (CeleryQueue.Binding binding : queue.allBindings()) {
			this.parts.channels().declare(binding.exchange());
			String pattern = this.parts.channels().pattern(binding.exchange().name(), binding.routingKey());
			this.subscriptions.add(this.parts.fanouts().subscribe(pattern, (message) -> hear(queue, message)));
		}
	}

	private void hear(CeleryQueue queue, byte[] message) {
		if (message.length == 0) {
			// kombu passes over it, too
			return;
		}
		String tag = this.tagPrefix + "fanout:" + this.tags.incrementAndGet();
		String name = (queue.alias() != null) ? queue.alias() : queue.name();
		try {
			this.heard.put(new FanoutDelivery(this, tag, name, message));
			this.bell.release();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Takes what there is. */
	List<Delivery> take(int max) {
		if (this.subscriptions.isEmpty()) {
			return List.of();
		}
		List<Delivery> taken = new ArrayList<>();
		FanoutDelivery next;
		while (taken.size() < max && (next = this.again.poll()) != null) {
			taken.add(next);
		}
		this.heard.drainTo(taken, max - taken.size());
		return taken;
	}

	/** Puts a message back. */
	void giveBack(FanoutDelivery delivery) {
		if (!this.closed) {
			this.again.add(delivery);
			this.bell.release();
		}
	}

	/** Nobody else has the message, so that it waits here. */
	void park(FanoutDelivery delivery, Instant due) {
		if (this.parked.incrementAndGet() > MAX_PARKED) {
			this.parked.decrementAndGet();
			logger.warn("Too many broadcasts wait for their time; thrown away: " + delivery);
			return;
		}
		Duration left = Duration.between(Instant.now(), due);
		this.parts.timer().schedule(() -> {
			this.parked.decrementAndGet();
			giveBack(delivery);
		}, Math.max(0, left.toMillis() + 1), TimeUnit.MILLISECONDS);
	}

	UnackedMessages unacked() {
		return this.parts.unacked();
	}

	CompletionStage<Void> deadLetter(String queue, KombuMessage letter) {
		return this.parts.unacked().pushDeadLetter(queue, letter);
	}

	@Override
	public void close() {
		this.closed = true;
		this.subscriptions.forEach(FanoutSubscription::close);
		// Lets a listener go on that waits for room, and finds itself closed.
		this.heard.clear();
		this.again.clear();
	}

}
