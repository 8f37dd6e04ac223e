package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ConsumerOptions;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.celeryspring.kombu.redis.TestBroker.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class QueueExpiryIntegrationTests {

	private static final String SEP = "\u0006\u0016";

	private static final CeleryQueue QUEUE = new CeleryQueue("q", CeleryExchange.topic("x"), "k.#")
		.withExpires(Duration.ofMinutes(1));

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private TestBroker broker;

	@BeforeEach
	void open() {
		this.broker = new TestBroker(redis.endpoint());
	}

	@AfterEach
	void close() {
		this.broker.close();
	}

	@Test
	void everyPushGivesAllListsOfTheQueueTheirTime() {
		this.broker.transport().introduce(QUEUE);
		publish(DeliveryInfo.toQueue("q"), 0);
		redis.commands().persist("q");
		publish(new DeliveryInfo("x", "k.a", false), 9);
		assertThat(redis.commands().pttl("q")).isBetween(50_000L, 60_000L);
		assertThat(redis.commands().pttl("q" + SEP + "9")).isBetween(50_000L, 60_000L);
		publish(DeliveryInfo.toQueue("other"), 0);
		assertThat(redis.commands().pttl("other")).isEqualTo(-1);
	}

	@Test
	void followersGiveTheListsTheirTime() throws Exception {
		this.broker.transport().introduce(QUEUE);
		redis.commands().lpush("source", TestBroker.message("1"));
		try (QueueConsumer consumer = this.broker.consume("source")) {
			Delivery delivery = consumer.poll(1, SOON).get(0);
			assertThat(delivery
				.ack(List.of(message(DeliveryInfo.toQueue("q"), 0), message(DeliveryInfo.toQueue("other"), 0))))
				.succeedsWithin(SOON);
		}
		assertThat(redis.commands().pttl("q")).isBetween(50_000L, 60_000L);
		assertThat(redis.commands().pttl("other")).isEqualTo(-1);
	}

	@Test
	void aConsumerKeepsMessagesAliveThatNobodyTakes() {
		redis.commands().lpush("q", "waiting");
		redis.commands().pexpire("q", 300_000);
		try (QueueConsumer consumer = consume(QUEUE.withExpires(Duration.ofMillis(600)))) {
			await().until(() -> redis.commands().pttl("q") <= 600);
			long start = System.nanoTime();
			await().until(() -> System.nanoTime() - start > Duration.ofMillis(900).toNanos());
			assertThat(redis.commands().exists("q")).isEqualTo(1);
		}
		await().until(() -> redis.commands().exists("q") == 0);
	}

	@Test
	void bindingHasADeadlineInsteadOfBeingPermanent() {
		assertThat(this.broker.transport().declare(QUEUE)).succeedsWithin(SOON);
		assertThat(redis.commands().smembers("_kombu.binding.x"))
			.containsExactly("k.#" + SEP + "^k\\..*?$" + SEP + "q");
		assertThat(redis.commands().exists("_kombu.binding_permanent.x")).isZero();
		double inAnHour = System.currentTimeMillis() + 3_600_000.0;
		assertThat(redis.commands().zscore("_kombu.binding_deadlines", "x")).isBetween(inAnHour - 20_000, inAnHour);
	}

	@Test
	void overdueTablesAreSweptAwayUnlessTheyHavePermanentBindings() {
		redis.commands().sadd("_kombu.binding.gone", "k" + SEP + SEP + "a");
		redis.commands().sadd("_kombu.binding.kept", "k" + SEP + SEP + "b");
		redis.commands().sadd("_kombu.binding_permanent.kept", "k" + SEP + SEP + "b");
		redis.commands().sadd("_kombu.binding.later", "k" + SEP + SEP + "c");
		redis.commands().zadd("_kombu.binding_deadlines", 1, "gone");
		redis.commands().zadd("_kombu.binding_deadlines", 1, "kept");
		redis.commands().zadd("_kombu.binding_deadlines", System.currentTimeMillis() + 60_000.0, "later");
		KombuKeys keys = new KombuKeys(RedisTransportOptions.builder().build());
		new QueueExpiry(this.broker.connections(), keys, List.of(QUEUE)).sweep();
		await().untilAsserted(
				() -> assertThat(redis.commands().zrange("_kombu.binding_deadlines", 0, -1)).containsExactly("later"));
		assertThat(redis.commands().keys("_kombu.binding.*")).containsExactlyInAnyOrder("_kombu.binding.kept",
				"_kombu.binding.later");
	}

	@Test
	void allBindingsOfAQueueAreRecordedBeforeTheFirstMessage() {
		CeleryQueue queue = new CeleryQueue("q", CeleryExchange.direct("x"), "a").withBinding(CeleryExchange.topic("y"),
				"b.*");
		this.broker.transport().introduce(queue);
		assertThat(redis.commands().keys("*")).isEmpty();
		publish(new DeliveryInfo("y", "b.c", false), 0);
		assertThat(redis.commands().llen("q")).isEqualTo(1);
		assertThat(redis.commands().smembers("_kombu.binding.x")).containsExactly("a" + SEP + SEP + "q");
	}

	private QueueConsumer consume(CeleryQueue queue) {
		return this.broker.transport().openConsumer(List.of(queue), new ConsumerOptions("test"));
	}

	private void publish(DeliveryInfo info, int priority) {
		assertThat(this.broker.transport().publish(message(info, priority))).succeedsWithin(SOON);
	}

	private static KombuMessage message(DeliveryInfo info, int priority) {
		String id = UUID.randomUUID().toString();
		return new KombuMessage("[[], {}, {}]".getBytes(), "application/json", "utf-8", Map.of("id", id),
				new MessageProperties(id, null, MessageProperties.PERSISTENT, info, priority, id, null, Map.of()));
	}

}
