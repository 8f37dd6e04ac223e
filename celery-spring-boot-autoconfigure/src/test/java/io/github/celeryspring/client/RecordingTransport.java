package io.github.celeryspring.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ConsumerOptions;
import io.github.celeryspring.kombu.DeadLetterQueues;
import io.github.celeryspring.kombu.FanoutSubscription;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.kombu.ReplyQueue;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was pushed, and answers as a Redis cannot be made to: the n-th push gets
 * the n-th answer, the rest succeed.
 */
final class RecordingTransport implements BrokerTransport {

	final List<List<KombuMessage>> pushed = new ArrayList<>();

	final Queue<CompletableFuture<Void>> answers = new ConcurrentLinkedQueue<>();

	@Nullable CompletableFuture<Void> answerToTheRest;

	RecordingTransport answer(CompletableFuture<Void> answer) {
		this.answers.add(answer);
		return this;
	}

	RecordingTransport fail(Throwable failure) {
		return answer(CompletableFuture.failedFuture(failure));
	}

	List<KombuMessage> messages() {
		synchronized (this.pushed) {
			return this.pushed.stream().flatMap(List::stream).toList();
		}
	}

	@Override
	public CompletionStage<Void> publish(KombuMessage message) {
		return publishAll(List.of(message));
	}

	@Override
	public CompletionStage<Void> publishAll(List<KombuMessage> messages) {
		synchronized (this.pushed) {
			this.pushed.add(List.copyOf(messages));
		}
		CompletableFuture<Void> answer = this.answers.poll();
		if (answer != null) {
			return answer;
		}
		return (this.answerToTheRest != null) ? this.answerToTheRest : CompletableFuture.completedFuture(null);
	}

	@Override
	public CompletionStage<Void> declare(CeleryQueue queue) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void introduce(CeleryQueue queue) {
		// looks at no bindings
	}

	@Override
	public void declare(CeleryExchange exchange) {
		throw new UnsupportedOperationException();
	}

	@Override
	public FanoutSubscription subscribe(CeleryExchange exchange, String routingPattern, Consumer<byte[]> listener) {
		throw new UnsupportedOperationException();
	}

	@Override
	public QueueConsumer openConsumer(Collection<CeleryQueue> queues, ConsumerOptions options) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<ReplyQueue> openReplies(CeleryQueue queue) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Long> size(String queue) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Long> purge(String queue) {
		throw new UnsupportedOperationException();
	}

	@Override
	public DeadLetterQueues deadLetters() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void close() {
		// nothing is held
	}

}
