package io.github.celeryspring.kombu.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ConsumerOptions;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;

/**
 * A transport with connections of its own, and a peer's view of messages.
 */
final class TestBroker implements AutoCloseable {

	static final Duration NOW = Duration.ZERO;

	static final Duration SOON = Duration.ofSeconds(10);

	private final RedisConnections connections;

	private final RedisTransport transport;

	TestBroker(RedisEndpoint endpoint, UnaryOperator<RedisTransportOptions.Builder> options) {
		this.connections = new RedisConnections(endpoint,
				new RedisConnectionOptions("celery-test", Duration.ofSeconds(2), Duration.ofSeconds(2)));
		this.transport = new RedisTransport(this.connections, options.apply(RedisTransportOptions.builder()).build());
	}

	TestBroker(RedisEndpoint endpoint) {
		this(endpoint, UnaryOperator.identity());
	}

	RedisTransport transport() {
		return this.transport;
	}

	RedisConnections connections() {
		return this.connections;
	}

	QueueConsumer consume(String... queues) {
		List<CeleryQueue> named = new ArrayList<>();
		for (String queue : queues) {
			named.add(CeleryQueue.named(queue));
		}
		return this.transport.openConsumer(named, new ConsumerOptions("test"));
	}

	/** An envelope as a Python producer writes it, in short. */
	static String message(String id) {
		return message(id, 0);
	}

	static String message(String id, int priority) {
		return "{\"body\": \"W1tdLCB7fSwge31d\", \"headers\": {\"id\": \"" + id
				+ "\"}, \"properties\": {\"delivery_info\": {\"exchange\": \"\", \"routing_key\": \"q\"}, \"priority\": "
				+ priority + ", \"delivery_tag\": \"" + id + "\"}}";
	}

	static String text(Delivery delivery) {
		return new String(delivery.payload(), StandardCharsets.UTF_8);
	}

	/** The ids of messages made by {@link #message}. */
	static List<String> ids(List<Delivery> deliveries) {
		return deliveries.stream().map((delivery) -> id(text(delivery))).toList();
	}

	static String id(String message) {
		int start = message.indexOf("\"id\":") + 5;
		return message.substring(message.indexOf('"', start) + 1,
				message.indexOf('"', message.indexOf('"', start) + 1));
	}

	@Override
	public void close() {
		this.transport.close();
		this.connections.close();
	}

}
