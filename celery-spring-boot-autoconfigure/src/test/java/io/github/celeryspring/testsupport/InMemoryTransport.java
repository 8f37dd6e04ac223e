package io.github.celeryspring.testsupport;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ConsumerOptions;
import io.github.celeryspring.kombu.DeadLetter;
import io.github.celeryspring.kombu.DeadLetterPolicy;
import io.github.celeryspring.kombu.DeadLetterQueues;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.FanoutSubscription;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.kombu.ReplyQueue;

/**
 * The contract of {@link BrokerTransport} without Redis: queues in memory, everything
 * under one lock. Can be made unavailable; acks then wait, as they do for Redis.
 */
public final class InMemoryTransport implements BrokerTransport {

	private final KombuMessageCodec codec = new KombuMessageCodec();

	private final Map<String, Deque<byte[]>> queues = new HashMap<>();

	private final Map<InMemoryDelivery, Instant> parked = new LinkedHashMap<>();

	private final List<Runnable> waiting = new ArrayList<>();

	private final Map<String, Set<String>> deliveries = new HashMap<>();

	/** Names of reply queues by their routing keys. */
	private final Map<String, String> replies = new ConcurrentHashMap<>();

	private final InMemoryFanout fanout = new InMemoryFanout();

	private final AtomicLong tags = new AtomicLong();

	private final AtomicLong unacked = new AtomicLong();

	private volatile DeadLetterPolicy policy = DeadLetterPolicy.DEFAULTS;

	private RuntimeException outage;

	private volatile boolean leasesLost;

	private volatile boolean countingFails;

	/** Pushes bytes that need not be a message. */
	public synchronized void push(String queue, byte[] payload) {
		list(queue).addLast(payload);
		notifyAll();
	}

	/** Hands a payload out as a delivery that was in no queue. */
	public Delivery deliver(String queue, byte[] payload) {
		this.unacked.incrementAndGet();
		return new InMemoryDelivery(this, String.valueOf(this.tags.incrementAndGet()), queue, payload);
	}

	/** From now on polls fail, and settling waits. */
	public void fail() {
		fail(new BrokerUnavailableException("The test has cut the connection", null));
	}

	/** From now on polls fail in this way, and settling waits. */
	public synchronized void fail(RuntimeException outage) {
		this.outage = outage;
		notifyAll();
	}

	/** Says what becomes of dead letters; bounds are not kept. */
	public void deadLetters(DeadLetterPolicy policy) {
		this.policy = policy;
	}

	/** From now on deliveries may have been given to others. */
	public void loseLeases() {
		this.leasesLost = true;
	}

	boolean leasesLost() {
		return this.leasesLost;
	}

	/** From now on deliveries cannot be counted. */
	public void failCounting() {
		this.countingFails = true;
	}

	synchronized CompletionStage<Integer> countDelivery(String messageId, String tag) {
		if (this.countingFails) {
			return CompletableFuture.failedFuture(new BrokerUnavailableException("The test counts nothing", null));
		}
		Set<String> tags = this.deliveries.computeIfAbsent(messageId, (id) -> new HashSet<>());
		tags.add(tag);
		return CompletableFuture.completedFuture(tags.size() + 1);
	}

	/** Ends an outage; leases are kept again. */
	public void recover() {
		List<Runnable> settles;
		this.leasesLost = false;
		synchronized (this) {
			this.outage = null;
			settles = List.copyOf(this.waiting);
			this.waiting.clear();
		}
		settles.forEach(Runnable::run);
	}

	/** The messages of a queue, the next one first. */
	public synchronized List<byte[]> messages(String queue) {
		return List.copyOf(list(queue));
	}

	/**
	 * The messages that wait until they are due, in the order in which they were parked.
	 */
	public synchronized List<byte[]> parkedMessages() {
		return this.parked.keySet().stream().map(InMemoryDelivery::payload).toList();
	}

	/** How many messages were delivered and are not settled. */
	public long unacked() {
		return this.unacked.get();
	}

	@Override
	public CompletionStage<Void> declare(CeleryQueue queue) {
		declare(queue.exchange());
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public void introduce(CeleryQueue queue) {
		declare(queue.exchange());
	}

	@Override
	public void declare(CeleryExchange exchange) {
		this.fanout.declare(exchange);
	}

	@Override
	public FanoutSubscription subscribe(CeleryExchange exchange, String routingPattern, Consumer<byte[]> listener) {
		return this.fanout.subscribe(exchange, routingPattern, listener);
	}

	@Override
	public CompletionStage<Void> publish(KombuMessage message) {
		DeliveryInfo info = message.properties().deliveryInfo();
		byte[] encoded = this.codec.encode(message);
		if (!this.fanout.publish(info, encoded)) {
			push(this.replies.getOrDefault(info.routingKey(), info.routingKey()), encoded);
		}
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public CompletionStage<Void> publishAll(List<KombuMessage> messages) {
		messages.forEach(this::publish);
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public QueueConsumer openConsumer(Collection<CeleryQueue> queues, ConsumerOptions options) {
		return new InMemoryConsumer(queues.stream().map(CeleryQueue::name).toList());
	}

	@Override
	public CompletionStage<ReplyQueue> openReplies(CeleryQueue queue) {
		this.replies.put(queue.routingKey(), queue.name());
		return CompletableFuture.completedFuture(new InMemoryReplies(queue));
	}

	@Override
	public synchronized CompletionStage<Long> size(String queue) {
		return CompletableFuture.completedFuture((long) list(queue).size());
	}

	@Override
	public synchronized CompletionStage<Long> purge(String queue) {
		long size = list(queue).size();
		list(queue).clear();
		return CompletableFuture.completedFuture(size);
	}

	@Override
	public DeadLetterQueues deadLetters() {
		return new InMemoryLetters();
	}

	@Override
	public void close() {
		// nothing is held
	}

	void park(InMemoryDelivery delivery, Instant due) {
		this.parked.put(delivery, due);
	}

	byte[] encode(KombuMessage message) {
		return this.codec.encode(message);
	}

	Deque<byte[]> list(String name) {
		return this.queues.computeIfAbsent(name, (key) -> new ArrayDeque<>());
	}

	byte[] redelivered(byte[] payload) {
		KombuMessage message = this.codec.decode(payload);
		return this.codec.encode(new KombuMessage(message.body(), message.contentType(), message.contentEncoding(),
				message.headers(), message.properties().redelivered()));
	}

	CompletionStage<Void> settle(Runnable change) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		Runnable settle = () -> {
			synchronized (this) {
				change.run();
				this.unacked.decrementAndGet();
				notifyAll();
			}
			done.complete(null);
		};
		synchronized (this) {
			if (this.outage != null) {
				this.waiting.add(settle);
				return done;
			}
		}
		settle.run();
		return done;
	}

	private final class InMemoryReplies implements ReplyQueue {

		private final CeleryQueue queue;

		InMemoryReplies(CeleryQueue queue) {
			this.queue = queue;
		}

		@Override
		public CompletionStage<List<byte[]>> take(int max) {
			synchronized (InMemoryTransport.this) {
				List<byte[]> taken = List.copyOf(list(this.queue.name()));
				list(this.queue.name()).clear();
				return CompletableFuture.completedFuture(taken);
			}
		}

		@Override
		public void close() {
			InMemoryTransport.this.replies.remove(this.queue.routingKey());
			purge(this.queue.name());
		}

	}

	/** Only the policy: the rest is tested on Redis. */
	private final class InMemoryLetters implements DeadLetterQueues {

		@Override
		public DeadLetterPolicy policy() {
			return InMemoryTransport.this.policy;
		}

		@Override
		public CompletionStage<List<DeadLetter>> newest(String queue, long offset, int limit) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletionStage<List<DeadLetter>> oldest(String queue, long offset, int limit) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletionStage<Boolean> replay(DeadLetter letter, String queue) {
			throw new UnsupportedOperationException();
		}

		@Override
		public CompletionStage<Boolean> remove(DeadLetter letter) {
			throw new UnsupportedOperationException();
		}

	}

	private final class InMemoryConsumer implements QueueConsumer {

		private final List<String> names;

		private boolean woken;

		InMemoryConsumer(List<String> names) {
			this.names = names;
		}

		@Override
		public List<Delivery> poll(int max, Duration timeout) throws InterruptedException {
			InMemoryTransport lock = InMemoryTransport.this;
			synchronized (lock) {
				long deadline = System.nanoTime() + timeout.toNanos();
				List<Delivery> taken = take(max);
				long millis;
				while (taken.isEmpty() && !this.woken && (millis = (deadline - System.nanoTime()) / 1_000_000) > 0) {
					lock.wait(Math.min(millis, 20));
					taken = take(max);
				}
				this.woken = false;
				return taken;
			}
		}

		private List<Delivery> take(int max) {
			if (InMemoryTransport.this.outage != null) {
				throw InMemoryTransport.this.outage;
			}
			restoreDue();
			List<Delivery> taken = new ArrayList<>();
			for (String name : this.names) {
				Deque<byte[]> queue = list(name);
				while (taken.size() < max && !queue.isEmpty()) {
					taken.add(deliver(name, queue.removeFirst()));
				}
			}
			return taken;
		}

		private void restoreDue() {
			Iterator<Map.Entry<InMemoryDelivery, Instant>> entries = InMemoryTransport.this.parked.entrySet()
				.iterator();
			while (entries.hasNext()) {
				Map.Entry<InMemoryDelivery, Instant> entry = entries.next();
				if (!Instant.now().isBefore(entry.getValue())) {
					entries.remove();
					list(entry.getKey().queue()).addFirst(redelivered(entry.getKey().payload()));
				}
			}
		}

		@Override
		public void wakeup() {
			synchronized (InMemoryTransport.this) {
				this.woken = true;
				InMemoryTransport.this.notifyAll();
			}
		}

		@Override
		public void close() {
			wakeup();
		}

	}

}
