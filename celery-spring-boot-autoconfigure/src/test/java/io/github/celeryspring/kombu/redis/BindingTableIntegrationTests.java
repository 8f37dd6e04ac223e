package io.github.celeryspring.kombu.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ConsumerOptions;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.BodyEncoding;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.celeryspring.kombu.redis.TestBroker.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A binding table that vanished (evicted, flushed, deleted by a peer), for which kombu
 * raises InconsistencyError or loses messages.
 */
@Timeout(60)
class BindingTableIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static final String TABLE = "_kombu.binding.ex";

	private static final String MEMBER = "key\u0006\u0016\u0006\u0016q";

	private static final CeleryQueue QUEUE = new CeleryQueue("q", CeleryExchange.direct("ex"), "key");

	private static final DeliveryInfo NAMED = new DeliveryInfo("ex", "key", false);

	private static final DeliveryInfo UNBOUND = new DeliveryInfo("nowhere", "key", false);

	private RedisConnections connections;

	@BeforeEach
	void connect() {
		this.connections = redis.connections();
	}

	@AfterEach
	void disconnect() {
		this.connections.close();
	}

	private RedisTransport transport(RedisTransportOptions.Builder options) {
		return new RedisTransport(this.connections, options.unackedRestoreInterval(Duration.ofMillis(200)).build(),
				Duration.ofMillis(100));
	}

	private RedisTransport transport() {
		return transport(RedisTransportOptions.builder());
	}

	private static QueueConsumer consume(RedisTransport transport) throws Exception {
		QueueConsumer consumer = transport.openConsumer(List.of(QUEUE), new ConsumerOptions("test"));
		consumer.poll(1, NOW);
		await().untilAsserted(() -> assertThat(redis.commands().smembers(TABLE)).containsExactly(MEMBER));
		return consumer;
	}

	private static KombuMessage message(DeliveryInfo info) {
		String id = UUID.randomUUID().toString();
		return new KombuMessage("[[\"\u00e9\"], {}, {}]".getBytes(StandardCharsets.UTF_8), "application/json", "utf-8",
				Map.of("task", "tasks.add", "id", id),
				new MessageProperties(id, null, MessageProperties.PERSISTENT, info, 0, id, null, Map.of()));
	}

	private static void publish(RedisTransport transport, DeliveryInfo info) throws Exception {
		transport.publish(message(info)).toCompletableFuture().get(10, TimeUnit.SECONDS);
	}

	private static void leave(String exchange) {
		redis.commands()
			.hset("unacked", "tag of " + exchange, "[" + TestBroker.message("1") + ", \"" + exchange + "\", \"key\"]");
		redis.commands().zadd("unacked_index", 1, "tag of " + exchange);
	}

	@Test
	void consumerDeclaresItsQueuesAgainAndAgain() throws Exception {
		try (RedisTransport transport = transport(); QueueConsumer consumer = consume(transport)) {
			redis.commands().del(TABLE, "_kombu.binding_permanent.ex");
			await().untilAsserted(() -> assertThat(redis.commands().smembers(TABLE)).containsExactly(MEMBER));
			await().untilAsserted(
					() -> assertThat(redis.commands().smembers("_kombu.binding_permanent.ex")).containsExactly(MEMBER));
			assertThat(consumer.poll(1, NOW)).isEmpty();
		}
	}

	@Test
	void sendingToAKnownQueueNeedsNoTable() throws Exception {
		try (RedisTransport transport = new RedisTransport(this.connections, RedisTransportOptions.DEFAULTS)) {
			transport.declare(QUEUE).toCompletableFuture().get(10, TimeUnit.SECONDS);
			redis.commands().del(TABLE);
			publish(transport, DeliveryInfo.toQueue("q"));
			publish(transport, NAMED);
			assertThat(redis.commands().llen("q")).isEqualTo(2);
			await().untilAsserted(() -> assertThat(redis.commands().smembers(TABLE)).containsExactly(MEMBER));
		}
	}

	@Test
	void sendingToAnUnknownExchangeFailsAndIsNotLostUnnoticed() {
		try (RedisTransport transport = transport()) {
			assertThat(transport.publish(message(UNBOUND)).toCompletableFuture()).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withCauseExactlyInstanceOf(CeleryException.class)
				.withMessageContaining("No queue is bound to exchange 'nowhere'");
		}
	}

	@Test
	void messageInFlightGoesBackAlthoughTheTableVanished() throws Exception {
		try (RedisTransport transport = transport(); QueueConsumer consumer = consume(transport)) {
			redis.commands().del(TABLE);
			leave("ex");
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(1));
			assertThat(consumer.poll(1, NOW)).hasSize(1);
		}
	}

	@Test
	void messageInFlightWaitsUntilSomebodyKnowsItsExchangeAgain() throws Exception {
		leave("other");
		leave("ex");
		try (RedisTransport transport = transport(); QueueConsumer consumer = consume(transport)) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(1));
			assertThat(redis.commands().hkeys("unacked")).containsExactly("tag of other");
			redis.commands().sadd("_kombu.binding.other", MEMBER);
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(2));
			assertThat(consumer.poll(2, NOW)).hasSize(2);
		}
	}

	@Test
	void deadletterQueueGetsWhatNoQueueIsBoundFor() throws Exception {
		leave("other");
		try (RedisTransport transport = transport(RedisTransportOptions.builder().deadletterQueue("lost"));
				QueueConsumer consumer = consume(transport)) {
			publish(transport, UNBOUND);
			publish(transport, DeliveryInfo.toQueue(""));
			publish(transport, NAMED);
			await().untilAsserted(() -> assertThat(redis.commands().llen("lost")).isEqualTo(3));
			assertThat(redis.commands().hlen("unacked")).isZero();
			assertThat(redis.commands().llen("q")).isEqualTo(1);
			assertThat(consumer.poll(1, NOW)).hasSize(1);
		}
	}

	@Test
	void bodiesAreWrittenAsTextIfSoWished() throws Exception {
		try (RedisTransport transport = transport(RedisTransportOptions.builder().bodyEncoding(BodyEncoding.UTF_8))) {
			publish(transport, DeliveryInfo.toQueue("q"));
			assertThat(redis.commands().lpop("q")).contains("\"body\": \"[[\\\"\\u00e9\\\"], {}, {}]\"")
				.contains("\"body_encoding\": null");
		}
	}

}
