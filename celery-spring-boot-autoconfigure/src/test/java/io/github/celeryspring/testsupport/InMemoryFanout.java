package io.github.celeryspring.testsupport;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.FanoutSubscription;

/**
 * Fanout exchanges in memory: one thread for all listeners, no bound.
 */
final class InMemoryFanout {

	private final Set<String> exchanges = ConcurrentHashMap.newKeySet();

	private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

	private final Executor thread = Executors.newSingleThreadExecutor((task) -> {
		Thread thread = new Thread(task, "in-memory-fanout");
		thread.setDaemon(true);
		return thread;
	});

	void declare(CeleryExchange exchange) {
		if (exchange.type() == CeleryExchange.Type.FANOUT) {
			this.exchanges.add(exchange.name());
		}
	}

	FanoutSubscription subscribe(CeleryExchange exchange, String routingPattern, Consumer<byte[]> listener) {
		declare(exchange);
		String expression = Pattern.quote(routingPattern).replaceAll("[#*]", "\\\\E.*\\\\Q");
		Subscription subscription = new Subscription(exchange.name(), Pattern.compile(expression), listener);
		this.subscriptions.add(subscription);
		return subscription;
	}

	/** Whether the message went to listeners and belongs into no queue. */
	boolean publish(DeliveryInfo info, byte[] message) {
		if (!this.exchanges.contains(info.exchange())) {
			return false;
		}
		this.subscriptions.stream()
			.filter((each) -> each.exchange.equals(info.exchange()) && each.keys.matcher(info.routingKey()).matches())
			.forEach((each) -> this.thread.execute(() -> each.listener.accept(message)));
		return true;
	}

	private final class Subscription implements FanoutSubscription {

		private final String exchange;

		private final Pattern keys;

		private final Consumer<byte[]> listener;

		Subscription(String exchange, Pattern keys, Consumer<byte[]> listener) {
			this.exchange = exchange;
			this.keys = keys;
			this.listener = listener;
		}

		@Override
		public CompletionStage<Void> ready() {
			return CompletableFuture.completedStage(null);
		}

		@Override
		public long dropped() {
			return 0;
		}

		@Override
		public void close() {
			InMemoryFanout.this.subscriptions.remove(this);
		}

	}

}
