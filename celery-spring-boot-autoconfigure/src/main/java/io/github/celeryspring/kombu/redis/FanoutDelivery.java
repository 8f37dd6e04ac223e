package io.github.celeryspring.kombu.redis;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.KombuMessage;

/**
 * A message that was heard and is in no list. kombu puts it into {@code unacked}, from
 * where it would be restored to lists that nobody reads.
 */
final class FanoutDelivery implements Delivery {

	private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

	private final FanoutInbox inbox;

	private final String tag;

	private final String queue;

	private final byte[] payload;

	private final int number;

	private final AtomicBoolean settled = new AtomicBoolean();

	FanoutDelivery(FanoutInbox inbox, String tag, String queue, byte[] payload) {
		this(inbox, tag, queue, payload, 1);
	}

	private FanoutDelivery(FanoutInbox inbox, String tag, String queue, byte[] payload, int number) {
		this.inbox = inbox;
		this.tag = tag;
		this.queue = queue;
		this.payload = payload;
		this.number = number;
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
	public boolean leaseLost() {
		return false;
	}

	@Override
	public CompletionStage<Integer> countDelivery(String messageId) {
		return CompletableFuture.completedStage(Math.max(2, this.number));
	}

	@Override
	public CompletionStage<Void> ack() {
		return once(() -> DONE);
	}

	@Override
	public CompletionStage<Boolean> ack(List<KombuMessage> followers) {
		return push(followers, () -> DONE);
	}

	private CompletionStage<Boolean> push(List<KombuMessage> followers, Supplier<CompletionStage<Void>> then) {
		List<MessageRouter.Encoded> encoded = this.inbox.unacked().encode(followers);
		AtomicBoolean pushed = new AtomicBoolean();
		return once(() -> (encoded.isEmpty() ? DONE : this.inbox.unacked().push(encoded)).thenCompose((done) -> {
			pushed.set(true);
			return then.get();
		})).thenApply((done) -> pushed.get());
	}

	@Override
	public CompletionStage<Void> reject() {
		return ack();
	}

	@Override
	public CompletionStage<Void> requeue() {
		return again(UnackedEntry.redelivered(this.payload), this.number + 1);
	}

	@Override
	public CompletionStage<Void> release() {
		return again(this.payload, this.number);
	}

	private CompletionStage<Void> again(byte[] envelope, int deliveryNumber) {
		return once(() -> {
			this.inbox.giveBack(copy(envelope, deliveryNumber));
			return DONE;
		});
	}

	@Override
	public CompletionStage<Void> park(Instant due) {
		return once(() -> {
			this.inbox.park(copy(this.payload, this.number), due);
			return DONE;
		});
	}

	@Override
	public CompletionStage<Void> deadLetter(KombuMessage letter) {
		return once(() -> this.inbox.deadLetter(this.queue, letter));
	}

	@Override
	public CompletionStage<Boolean> deadLetter(KombuMessage letter, List<KombuMessage> followers) {
		return push(followers, () -> this.inbox.deadLetter(this.queue, letter));
	}

	private FanoutDelivery copy(byte[] envelope, int deliveryNumber) {
		return new FanoutDelivery(this.inbox, this.tag, this.queue, envelope, deliveryNumber);
	}

	private CompletionStage<Void> once(Supplier<CompletionStage<Void>> settlement) {
		return this.settled.compareAndSet(false, true) ? settlement.get() : DONE;
	}

	@Override
	public String toString() {
		return "broadcast message " + this.tag + " of queue " + this.queue;
	}

}
