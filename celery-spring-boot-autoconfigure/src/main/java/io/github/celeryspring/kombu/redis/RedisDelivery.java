package io.github.celeryspring.kombu.redis;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.KombuMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message in flight.
 */
final class RedisDelivery implements Delivery {

	private static final byte[] PARKED = {};

	private static final Consumer<Delivery> NOBODY = (delivery) -> {
	};

	private final UnackedMessages unacked;

	private final ConsumerScope scope;

	private final String tag;

	private final String queue;

	private final byte[] list;

	private volatile byte[] payload;

	private volatile @Nullable KombuMessage message;

	private final AtomicBoolean settled = new AtomicBoolean();

	private volatile boolean leaseLost;

	private volatile @Nullable String counted;

	/**
	 * Creates a delivery.
	 * @param unacked what it is one of
	 * @param scope the consumer that took it
	 * @param tag the delivery tag
	 * @param queue the queue
	 * @param list the list it was taken from
	 * @param payload the raw envelope
	 */
	RedisDelivery(UnackedMessages unacked, ConsumerScope scope, String tag, String queue, byte[] list, byte[] payload) {
		this.unacked = unacked;
		this.scope = scope;
		this.tag = tag;
		this.queue = queue;
		this.list = list;
		this.payload = payload;
	}

	@Override
	public String tag() {
		return this.tag;
	}

	@Override
	public String queue() {
		return this.queue;
	}

	@Override
	public byte[] payload() {
		return this.payload;
	}

	@Override
	public KombuMessage message() {
		KombuMessage written = this.message;
		return (written != null) ? written : Delivery.super.message();
	}

	/** Spares those who want the message the reading of the envelope. */
	RedisDelivery writtenAs(KombuMessage message) {
		this.message = message;
		return this;
	}

	@Override
	public boolean leaseLost() {
		return this.leaseLost;
	}

	/**
	 * Marks the lease as lost.
	 * @return whether that is news, and matters
	 */
	boolean loseLease() {
		if (this.leaseLost || this.settled.get()) {
			return false;
		}
		this.leaseLost = true;
		return true;
	}

	@Override
	public CompletionStage<Integer> countDelivery(String messageId) {
		this.counted = messageId;
		return this.unacked.count(this, messageId);
	}

	/** The message id that this delivery was counted for. */
	@Nullable String counted() {
		return this.counted;
	}

	@Override
	public CompletionStage<Void> ack() {
		return settle(() -> new Settlement.Ack(tagBytes()));
	}

	@Override
	public CompletionStage<Boolean> ack(List<KombuMessage> followers) {
		if (followers.isEmpty()) {
			return ack().thenApply((done) -> true);
		}
		return settle(this.unacked.ackAndPush(this, this.unacked.encode(followers)), NOBODY);
	}

	@Override
	public CompletionStage<Boolean> ack(List<KombuMessage> followers, Consumer<Delivery> next) {
		if (followers.size() != 1) {
			return ack(followers);
		}
		return settle(this.unacked.ackAndTake(this, followers.get(0)), next);
	}

	/** The consumer that took it. */
	ConsumerScope scope() {
		return this.scope;
	}

	/** Nothing came of settling it. */
	void reopen() {
		this.settled.set(false);
	}

	@Override
	public CompletionStage<Void> reject() {
		return ack();
	}

	@Override
	public CompletionStage<Void> requeue() {
		return settle(
				() -> new Settlement.Requeue(tagBytes(), this.list, UnackedEntry.redelivered(this.payload), false));
	}

	@Override
	public CompletionStage<Void> release() {
		return settle(() -> new Settlement.Requeue(tagBytes(), this.list, this.payload, true));
	}

	@Override
	public CompletionStage<Void> park(Instant due) {
		return settle(() -> {
			// Thousands may wait for the confirmation, and Redis has it anyway.
			this.payload = PARKED;
			this.message = null;
			return new Settlement.Park(tagBytes(), due);
		});
	}

	@Override
	public CompletionStage<Void> deadLetter(KombuMessage letter) {
		return settle(() -> this.unacked.deadLetter(this, letter));
	}

	@Override
	public CompletionStage<Boolean> deadLetter(KombuMessage letter, List<KombuMessage> followers) {
		if (followers.isEmpty()) {
			return deadLetter(letter).thenApply((done) -> true);
		}
		return settle(this.unacked.deadLetterAndPush(this, letter, this.unacked.encode(followers)), NOBODY);
	}

	private CompletionStage<Boolean> settle(Settlement.Followed settlement, Consumer<Delivery> next) {
		return settle(() -> settlement).thenApply((done) -> {
			RedisDelivery taken = settlement.taken();
			if (taken != null) {
				next.accept(taken);
			}
			return settlement.isSent();
		});
	}

	byte[] tagBytes() {
		return KombuKeys.bytes(this.tag);
	}

	private CompletionStage<Void> settle(Supplier<Settlement> settlement) {
		if (!this.settled.compareAndSet(false, true)) {
			return CompletableFuture.completedFuture(null);
		}
		return this.unacked.settle(this, settlement.get());
	}

	@Override
	public String toString() {
		return "message " + this.tag + " of queue " + this.queue;
	}

}
