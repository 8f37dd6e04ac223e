package io.github.celeryspring.testsupport;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.KombuMessage;

/**
 * A message out of an {@link InMemoryTransport}.
 */
final class InMemoryDelivery implements Delivery {

	private final InMemoryTransport transport;

	private final String tag;

	private final String queue;

	private final byte[] payload;

	private final AtomicBoolean settled = new AtomicBoolean();

	InMemoryDelivery(InMemoryTransport transport, String tag, String queue, byte[] payload) {
		this.transport = transport;
		this.tag = tag;
		this.queue = queue;
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
	public boolean leaseLost() {
		return this.transport.leasesLost();
	}

	@Override
	public CompletionStage<Integer> countDelivery(String messageId) {
		return this.transport.countDelivery(messageId, this.tag);
	}

	@Override
	public CompletionStage<Void> ack() {
		return once(() -> {
		});
	}

	@Override
	public CompletionStage<Boolean> ack(List<KombuMessage> followers) {
		return push(followers, () -> {
		});
	}

	private CompletionStage<Boolean> push(List<KombuMessage> followers, Runnable change) {
		followers.forEach(this.transport::encode);
		AtomicBoolean pushed = new AtomicBoolean();
		return once(() -> {
			if (!leaseLost()) {
				this.transport.publishAll(followers);
				pushed.set(true);
			}
			change.run();
		}).thenApply((done) -> pushed.get());
	}

	@Override
	public CompletionStage<Void> reject() {
		return ack();
	}

	@Override
	public CompletionStage<Void> requeue() {
		return once(() -> this.transport.list(this.queue).addLast(this.transport.redelivered(this.payload)));
	}

	@Override
	public CompletionStage<Void> release() {
		return once(() -> this.transport.list(this.queue).addFirst(this.payload));
	}

	@Override
	public CompletionStage<Void> park(Instant due) {
		return once(() -> this.transport.park(this, due));
	}

	@Override
	public CompletionStage<Void> deadLetter(KombuMessage letter) {
		return deadLetter(letter, List.of()).thenAccept((pushed) -> {
		});
	}

	@Override
	public CompletionStage<Boolean> deadLetter(KombuMessage letter, List<KombuMessage> followers) {
		if (!this.transport.deadLetters().policy().enabled()) {
			return ack(followers);
		}
		byte[] payload = this.transport.encode(letter);
		return push(followers, () -> this.transport.list(this.queue + ".dlq").addLast(payload));
	}

	private CompletionStage<Void> once(Runnable change) {
		return this.settled.compareAndSet(false, true) ? this.transport.settle(change)
				: CompletableFuture.completedFuture(null);
	}

}
