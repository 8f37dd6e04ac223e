package io.github.celeryspring.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.github.celeryspring.kombu.KombuMessage;

/**
 * Pushes many messages in pipelined writes of a few hundred, a few writes at a time. A
 * write that fails is pushed again as a whole, behind those that followed it. For one
 * use.
 */
final class ChunkedPush {

	/** Messages in one pipelined write. */
	private static final int CHUNK = 500;

	/** Writes that may be unconfirmed at a time. */
	private static final int MAX_CHUNKS_IN_FLIGHT = 8;

	private final MessagePublisher publisher;

	private final Function<List<KombuMessage>, CompletionStage<Void>> push;

	private final List<KombuMessage> messages;

	private int next;

	private final AtomicInteger left;

	private final CompletableFuture<Void> done = new CompletableFuture<>();

	ChunkedPush(MessagePublisher publisher, Function<List<KombuMessage>, CompletionStage<Void>> push,
			List<KombuMessage> messages) {
		this.publisher = publisher;
		this.push = push;
		this.messages = messages;
		this.left = new AtomicInteger((messages.size() + CHUNK - 1) / CHUNK);
	}

	/**
	 * Begins.
	 * @return completes when all are confirmed, or with the first failure; completing it
	 * from outside ends the retries
	 */
	CompletableFuture<Void> start() {
		if (this.messages.isEmpty()) {
			this.done.complete(null);
		}
		for (int i = 0; i < MAX_CHUNKS_IN_FLIGHT; i++) {
			pushNext();
		}
		return this.done;
	}

	/** One at a time, to push in order. */
	private synchronized void pushNext() {
		if (this.next >= this.messages.size() || this.done.isDone()) {
			return;
		}
		int from = this.next;
		this.next += CHUNK;
		String what = this.messages.size() + " tasks";
		List<KombuMessage> chunk = this.messages.subList(from, Math.min(from + CHUNK, this.messages.size()));
		CompletableFuture<Void> pushed = this.publisher.publish(what, () -> this.push.apply(chunk));
		// After a failure: no more retries.
		this.done.whenComplete((nothing, failure) -> pushed.cancel(false));
		this.publisher.<Boolean>deliver(what, pushed, () -> true).whenComplete((confirmed, failure) -> {
			if (failure != null) {
				this.done.completeExceptionally(failure);
			}
			else if (this.left.decrementAndGet() == 0) {
				this.done.complete(null);
			}
			pushNext();
		});
	}

}
