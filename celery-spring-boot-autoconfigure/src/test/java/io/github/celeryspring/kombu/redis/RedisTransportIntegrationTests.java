package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class RedisTransportIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static final String SEP = "\u0006\u0016";

	private final KombuMessageCodec codec = new KombuMessageCodec();

	private RedisTransport transport;

	private TestBroker broker;

	@BeforeEach
	void open() {
		this.broker = new TestBroker(redis.endpoint());
		this.transport = this.broker.transport();
	}

	@AfterEach
	void close() {
		this.broker.close();
	}

	@Test
	void defaultExchangePushesToTheQueueAndDeclaresItsBinding() throws Exception {
		KombuMessage message = message(DeliveryInfo.toQueue("q"), 0);
		publish(message);
		assertThat(redis.commands().lrange("q", 0, -1)).containsExactly(KombuKeys.text(this.codec.encode(message)));
		await().untilAsserted(
				() -> assertThat(redis.commands().smembers("_kombu.binding.q")).containsExactly("q" + SEP + SEP + "q"));
		await().untilAsserted(() -> assertThat(redis.commands().smembers("_kombu.binding_permanent.q"))
			.containsExactly("q" + SEP + SEP + "q"));
	}

	@Test
	void bindingOfAQueueIsDeclaredOnceAndNotForEachMessage() throws Exception {
		publish(message(DeliveryInfo.toQueue("q"), 0));
		await().until(() -> redis.commands().exists("_kombu.binding.q") == 1);
		redis.commands().del("_kombu.binding.q");
		publish(message(DeliveryInfo.toQueue("q"), 0));
		assertThat(redis.commands().exists("_kombu.binding.q")).isZero();
	}

	@Test
	void queueWithItsOwnExchangeKeepsItsBinding() throws Exception {
		this.transport.declare(new CeleryQueue("q", CeleryExchange.direct("media"), "video"))
			.toCompletableFuture()
			.get(10, TimeUnit.SECONDS);
		publish(message(DeliveryInfo.toQueue("q"), 0));
		assertThat(redis.commands().smembers("_kombu.binding.media")).containsExactly("video" + SEP + SEP + "q");
		assertThat(redis.commands().exists("_kombu.binding.q")).isZero();
	}

	@Test
	void priorityChoosesTheList() throws Exception {
		publish(message(DeliveryInfo.toQueue("q"), 5));
		assertThat(redis.commands().llen("q" + SEP + "3")).isEqualTo(1);
	}

	@Test
	void namedExchangeGoesToEveryQueueThatIsBound() throws Exception {
		redis.commands().sadd("_kombu.binding.x", "k" + SEP + SEP + "a", "k" + SEP + SEP + "b", "z" + SEP + SEP + "c");
		publish(message(new DeliveryInfo("x", "k", false), 0));
		assertThat(redis.commands().llen("a")).isEqualTo(1);
		assertThat(redis.commands().llen("b")).isEqualTo(1);
		assertThat(redis.commands().llen("c")).isZero();
	}

	@Test
	void messageThatNoQueueGetsIsRefused() {
		assertThat(this.transport.publish(message(new DeliveryInfo("x", "k", false), 0)).toCompletableFuture())
			.failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withCauseExactlyInstanceOf(CeleryException.class)
			.withMessageContaining("No queue is bound to exchange 'x' with routing key 'k'");
	}

	@Test
	void batchKeepsTheOrderOfEveryListInFewCommands() throws Exception {
		List<KombuMessage> messages = new ArrayList<>();
		for (int i = 0; i < 1200; i++) {
			messages.add(message(DeliveryInfo.toQueue((i % 2 == 0) ? "a" : "b"), 0));
		}
		redis.commands().configResetstat();
		this.transport.publishAll(messages).toCompletableFuture().get(10, TimeUnit.SECONDS);
		List<String> popped = redis.commands().rpop("a", 1000);
		assertThat(popped).hasSize(600);
		for (int i = 0; i < 600; i++) {
			assertThat(popped.get(i)).isEqualTo(KombuKeys.text(this.codec.encode(messages.get(2 * i))));
		}
		assertThat(redis.commands().info("commandstats")).contains("cmdstat_lpush:calls=4,");
	}

	@Test
	void batchWithOneInvalidMessagePushesNothing() {
		List<KombuMessage> messages = List.of(message(DeliveryInfo.toQueue("a"), 0),
				new KombuMessage(new byte[0], "application/json", "utf-8", Map.of(),
						new MessageProperties(null, null, 2, DeliveryInfo.toQueue("a"), 0, "", null, Map.of())));
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> this.transport.publishAll(messages));
		assertThat(redis.commands().exists("a")).isZero();
	}

	@Test
	void emptyBatchIsDoneAtOnce() {
		assertThat(this.transport.publishAll(List.of()).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
	}

	@Test
	void sizeAndPurgeCoverAllPriorities() throws Exception {
		redis.commands().lpush("q", "1", "2");
		redis.commands().lpush("q" + SEP + "9", "3");
		assertThat(this.transport.size("q").toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(3);
		assertThat(this.transport.purge("q").toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(3);
		assertThat(this.transport.size("q").toCompletableFuture().get(10, TimeUnit.SECONDS)).isZero();
		assertThat(redis.commands().keys("q*")).isEmpty();
	}

	@Test
	void refusalOfRedisIsACeleryException() {
		redis.commands().set("q", "not a list");
		assertThat(this.transport.publish(message(DeliveryInfo.toQueue("q"), 0)).toCompletableFuture())
			.failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withCauseExactlyInstanceOf(CeleryException.class)
			.withMessageContaining("WRONGTYPE");
	}

	@Test
	void brokerThatIsAwayIsUnavailable() {
		try (TestBroker away = new TestBroker(new RedisEndpoint.Standalone("127.0.0.1", 1, 0, null, null, null))) {
			assertThat(away.transport().publish(message(DeliveryInfo.toQueue("q"), 0)).toCompletableFuture())
				.failsWithin(Duration.ofSeconds(20))
				.withThrowableThat()
				.withCauseInstanceOf(BrokerUnavailableException.class)
				.withMessageContaining("redis://127.0.0.1:1/0");
		}
	}

	@Test
	void clientNeitherSweepsNorNeedsAThread() throws Exception {
		redis.commands().hset("unacked", "t", "[" + TestBroker.message("1") + ", \"\", \"q\"]");
		redis.commands().zadd("unacked_index", 1, "t");
		publish(message(DeliveryInfo.toQueue("other"), 0));
		assertThat(redis.commands().hlen("unacked")).isEqualTo(1);
		assertThat(redis.commands().info("commandstats")).doesNotContain("cmdstat_zrevrangebyscore");
	}

	private void publish(KombuMessage message) throws Exception {
		this.transport.publish(message).toCompletableFuture().get(10, TimeUnit.SECONDS);
	}

	private static KombuMessage message(DeliveryInfo info, int priority) {
		String id = UUID.randomUUID().toString();
		return new KombuMessage("[[], {}, {}]".getBytes(), "application/json", "utf-8",
				Map.of("task", "tasks.add", "id", id),
				new MessageProperties(id, null, MessageProperties.PERSISTENT, info, priority, id, null, Map.of()));
	}

}
