package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.redis.GroupCommit;
import io.github.celeryspring.redis.RedisConnections;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The messages in flight of a transport, and how they end. Thread-safe. Counterpart of
 * {@code kombu.transport.redis.QoS}.
 */
final class UnackedMessages {

	private static final Log logger = LogFactory.getLog(UnackedMessages.class);

	private static final int MAX_GROUP = 500;

	private static final byte[] NO_TAG = {};

	private static final Duration COUNTS_KEPT = Duration.ofDays(1);

	private final RedisConnections connections;

	private final Settlement.Context context;

	private final KombuMessageCodec codec;

	private final MessageRouter router;

	private final Consumer<Instant> whenParked;

	/** Includes what is being settled: its lease is needed until Redis has taken that. */
	private final Map<String, RedisDelivery> inFlight = new ConcurrentHashMap<>();

	private final GroupCommit<Settlement> settlements;

	/**
	 * Creates an empty collection.
	 * @param connections where to write
	 * @param context what settlements need
	 * @param codec writes dead letters
	 * @param router finds out where followers go
	 * @param whenParked told about each message that was parked
	 */
	UnackedMessages(RedisConnections connections, Settlement.Context context, KombuMessageCodec codec,
			MessageRouter router, Consumer<Instant> whenParked) {
		this.connections = connections;
		this.context = context;
		this.codec = codec;
		this.router = router;
		this.whenParked = whenParked;
		this.settlements = new GroupCommit<>("acknowledgements", MAX_GROUP, this::write, connections::describe);
	}

	/** Begins to care for a message that was taken. */
	RedisDelivery add(ConsumerScope scope, String tag, String queue, byte[] list, byte[] payload) {
		RedisDelivery delivery = new RedisDelivery(this, scope, tag, queue, list, payload);
		this.inFlight.put(tag, delivery);
		return delivery;
	}

	/** Those whose lease is to be renewed. */
	Collection<RedisDelivery> inFlight() {
		return this.inFlight.values();
	}

	/** Whether a consumer has messages in flight. */
	boolean hasAnyOf(String tagPrefix) {
		return this.inFlight.keySet().stream().anyMatch((tag) -> tag.startsWith(tagPrefix));
	}

	/** Stops to care for a message whose lease is lost. */
	void forget(RedisDelivery delivery) {
		this.inFlight.remove(delivery.tag());
	}

	CompletionStage<Void> settle(RedisDelivery delivery, Settlement settlement) {
		return this.settlements.submit(settlement).whenComplete((done, failure) -> {
			if (failure != null && settlement instanceof Settlement.Followed) {
				delivery.reopen();
				return;
			}
			this.inFlight.remove(delivery.tag());
			if (failure == null && settlement instanceof Settlement.Park park) {
				this.whenParked.accept(park.due());
			}
			String counted = delivery.counted();
			if (failure == null && counted != null) {
				uncount(delivery, counted, settlement instanceof Settlement.Requeue);
			}
		});
	}

	/**
	 * A message that is given back in order was not begun in vain. Not awaited: counts
	 * expire.
	 */
	private void uncount(RedisDelivery delivery, String messageId, boolean onlyThisDelivery) {
		byte[] key = this.context.keys().deliveries(messageId);
		this.connections
			.execute((redis) -> onlyThisDelivery ? redis.srem(key, delivery.tagBytes()) : redis.unlink(key));
	}

	/**
	 * The follower is taken, unless it goes elsewhere than to one list of the consumer.
	 */
	Settlement.Followed ackAndTake(RedisDelivery delivery, KombuMessage follower) {
		List<MessageRouter.Encoded> followers = encode(List.of(follower));
		CompletableFuture<PublishBatch> routed = this.router.route(followers);
		byte[] list = (routed.isDone() && !routed.isCompletedExceptionally()) ? routed.join().onlyList() : null;
		String queue = (list != null) ? delivery.scope().queueOf(list) : null;
		return (list != null && queue != null) ? new AckAndTake(delivery.tagBytes(), list, queue, follower,
				followers.get(0).bytes(), delivery.scope(), this) : ackAndPush(delivery, followers);
	}

	Settlement.AckAndPush ackAndPush(RedisDelivery delivery, List<MessageRouter.Encoded> followers) {
		return new Settlement.AckAndPush(delivery.tagBytes(), () -> this.router.route(followers), new AtomicBoolean());
	}

	/** The bounds of the queue are kept by those who look after it. */
	Settlement.AckAndPush deadLetterAndPush(RedisDelivery delivery, KombuMessage letter,
			List<MessageRouter.Encoded> followers) {
		if (!this.context.deadLetters().enabled()) {
			return ackAndPush(delivery, followers);
		}
		byte[] list = this.context.keys().deadLetters(delivery.queue());
		byte[] element = encode(delivery, letter);
		return new Settlement.AckAndPush(delivery.tagBytes(), () -> this.router.route(followers).thenApply((batch) -> {
			batch.add(list, element);
			return batch;
		}), new AtomicBoolean());
	}

	/** Encodes messages before anything is settled. */
	List<MessageRouter.Encoded> encode(List<KombuMessage> messages) {
		return this.router.encode(messages);
	}

	/** Pushes messages of which nothing tells afterwards that they were pushed. */
	CompletionStage<Void> push(List<MessageRouter.Encoded> messages) {
		return this.settlements.submit(new Settlement.Push(NO_TAG, () -> this.router.route(messages)));
	}

	/** As {@link #push}; the bounds are kept as by {@link #deadLetterAndPush}. */
	CompletionStage<Void> pushDeadLetter(String queue, KombuMessage letter) {
		if (!this.context.deadLetters().enabled()) {
			return CompletableFuture.completedStage(null);
		}
		PublishBatch batch = new PublishBatch();
		batch.add(this.context.keys().deadLetters(queue), this.codec.encode(letter));
		return this.settlements.submit(new Settlement.Push(NO_TAG, () -> CompletableFuture.completedFuture(batch)));
	}

	Settlement deadLetter(RedisDelivery delivery, KombuMessage letter) {
		if (!this.context.deadLetters().enabled()) {
			return new Settlement.Ack(delivery.tagBytes());
		}
		return new Settlement.DeadLetter(delivery.tagBytes(), this.context.keys().deadLetters(delivery.queue()),
				encode(delivery, letter));
	}

	private byte[] encode(RedisDelivery delivery, KombuMessage letter) {
		try {
			return this.codec.encode(letter);
		}
		catch (InvalidMessageException ex) {
			logger.warn("The dead letter for " + delivery + " is not valid, keeping the original message: "
					+ ex.getMessage());
			return delivery.payload();
		}
	}

	/** The tags under which a message was delivered again are kept in a set. */
	CompletionStage<Integer> count(RedisDelivery delivery, String messageId) {
		byte[] key = this.context.keys().deliveries(messageId);
		Duration kept = this.context.visibilityTimeout().plus(COUNTS_KEPT);
		return this.connections.execute((redis) -> {
			redis.sadd(key, delivery.tagBytes());
			redis.pexpire(key, kept);
			return redis.scard(key).thenApply((count) -> count.intValue() + 1);
		});
	}

	/** Gives back a message that was popped but never recorded. */
	void unpop(BlockingPopSignal.Popped popped) {
		this.settlements.submit(new Settlement.Unpop(popped.list(), popped.list(), popped.message()));
	}

	private CompletionStage<?> write(List<Settlement> group) {
		return this.connections.execute((redis) -> write(redis, group));
	}

	private CompletionStage<Void> write(RedisAsyncCommands<byte[], byte[]> redis, List<Settlement> group) {
		List<byte[]> acks = new ArrayList<>(group.size());
		List<CompletableFuture<?>> writes = new ArrayList<>();
		for (Settlement settlement : group) {
			if (settlement instanceof Settlement.Ack ack) {
				acks.add(ack.tag());
			}
			else {
				writes.add(settlement.write(redis, this.context).toCompletableFuture());
			}
		}
		if (!acks.isEmpty()) {
			writes.add(Settlement.Ack.writeAll(redis, this.context, acks.toArray(byte[][]::new)).toCompletableFuture());
		}
		return CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new));
	}

	/** Waits for what is being settled, then gives up. */
	void close(Duration timeout) {
		this.settlements.close(timeout);
	}

}
