package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ConsumerOptions;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.redis.RedisEndpoint;
import io.lettuce.core.api.sync.RedisCommands;

import static org.awaitility.Awaitility.await;

/**
 * A consumer with a name and a transport of its own, that watches others. A sign of life
 * is a round of its watch, too.
 */
final class TestOwner implements AutoCloseable {

	static final String OWNERS = "celery-spring.owners:unacked";

	static final Duration TIMEOUT = Duration.ofMillis(500);

	private final TestBroker broker;

	private final String name;

	private final QueueConsumer consumer;

	TestOwner(RedisEndpoint endpoint, String name, String queue, UnaryOperator<RedisTransportOptions.Builder> options) {
		this.name = name;
		this.broker = new TestBroker(endpoint, (builder) -> options.apply(builder.ownerTimeout(TIMEOUT)));
		this.consumer = this.broker.transport()
			.openConsumer(List.of(CeleryQueue.named(queue)), new ConsumerOptions(name));
	}

	TestOwner(RedisEndpoint endpoint, String name, String queue) {
		this(endpoint, name, queue, UnaryOperator.identity());
	}

	TestBroker broker() {
		return this.broker;
	}

	QueueConsumer consumer() {
		return this.consumer;
	}

	/** Connects, at least, so that it is an owner and watches. */
	List<Delivery> poll(int max, Duration timeout) {
		while (!Thread.currentThread().isInterrupted()) {
			try {
				return this.consumer.poll(max, timeout);
			}
			catch (BrokerUnavailableException ex) {
				// The worker polls again, too.
				Thread.onSpinWait();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
		throw new IllegalStateException("Interrupted");
	}

	/** Takes just so many. */
	List<Delivery> take(int count) {
		List<Delivery> deliveries = new ArrayList<>();
		while (deliveries.size() < count) {
			deliveries.addAll(poll(count - deliveries.size(), TestBroker.SOON));
		}
		return deliveries;
	}

	/** Ends all connections, and nothing else, as a killed process does. */
	void die() {
		this.broker.connections().close();
	}

	static boolean hasRecord(RedisCommands<String, String> redis, String name) {
		return redis.hkeys(OWNERS).stream().anyMatch(isOf(name));
	}

	/** Waits for so many rounds of its watch. */
	void awaitRounds(RedisCommands<String, String> redis, int count) {
		Set<String> seen = new HashSet<>();
		await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofSeconds(30)).until(() -> {
			for (Map.Entry<String, String> record : redis.hgetall(OWNERS).entrySet()) {
				if (isOf(this.name).test(record.getKey())) {
					seen.add(record.getValue());
				}
			}
			return seen.size() > count;
		});
	}

	private static Predicate<String> isOf(String name) {
		return (owner) -> owner.startsWith("celery-spring:" + name + ":");
	}

	@Override
	public void close() {
		this.broker.close();
	}

}
