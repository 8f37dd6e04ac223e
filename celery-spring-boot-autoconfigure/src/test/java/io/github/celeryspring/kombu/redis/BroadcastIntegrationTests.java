package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ConsumerOptions;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.WaitStrategy;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.celeryspring.kombu.redis.TestBroker.NOW;
import static io.github.celeryspring.kombu.redis.TestBroker.SOON;
import static io.github.celeryspring.kombu.redis.TestBroker.ids;
import static io.github.celeryspring.kombu.redis.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class BroadcastIntegrationTests {

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
		awaitPatterns(0);
	}

	@Test
	void everyConsumerGetsTheMessageAndNothingIsLeftInRedis() throws Exception {
		try (QueueConsumer first = consume(); QueueConsumer second = consume(CeleryQueue.named("q"))) {
			awaitPatterns(1);
			publish("1");
			assertThat(ids(first.poll(1, SOON))).containsExactly("1");
			List<Delivery> deliveries = second.poll(1, SOON);
			assertThat(ids(deliveries)).containsExactly("1");
			assertThat(deliveries.get(0).queue()).isEqualTo("news");
			assertThat(deliveries.get(0).ack()).isCompleted();
			assertThat(redis.commands().keys("*"))
				.allMatch((key) -> key.matches("_kombu.binding.*\\.q|celery-spring.*"));
		}
	}

	@ParameterizedTest
	@EnumSource(WaitStrategy.class)
	void broadcastsComeBetweenMessagesOfLists(WaitStrategy strategy) throws Exception {
		try (TestBroker waiting = new TestBroker(redis.endpoint(), (options) -> options.waitStrategy(strategy));
				QueueConsumer consumer = consume(waiting, CeleryQueue.named("q"))) {
			awaitPatterns(1);
			assertThat(consumer.poll(1, NOW)).isEmpty();
			publish("1");
			assertThat(ids(consumer.poll(2, SOON))).containsExactly("1");
			redis.commands().lpush("q", TestBroker.message("2"));
			List<Delivery> second = consumer.poll(2, SOON);
			assertThat(ids(second)).containsExactly("2");
			assertThat(second.get(0).ack()).succeedsWithin(SOON);
		}
	}

	@Test
	void requeuedBroadcastComesAgainToThisConsumerOnly() throws Exception {
		try (QueueConsumer first = consume(); QueueConsumer second = consume()) {
			awaitPatterns(1);
			publish("1");
			second.poll(1, SOON);
			Delivery delivery = first.poll(1, SOON).get(0);
			delivery.requeue();
			assertThat(delivery.requeue()).isCompleted();
			Delivery again = first.poll(2, SOON).get(0);
			assertThat(text(again)).contains("\"redelivered\":true");
			assertThat(again.countDelivery("1")).isCompletedWithValue(2);
			again.release();
			assertThat(ids(first.poll(2, SOON))).containsExactly("1");
			assertThat(first.poll(1, NOW)).isEmpty();
			assertThat(second.poll(1, NOW)).isEmpty();
		}
	}

	@Test
	void parkedBroadcastWaitsHere() throws Exception {
		try (QueueConsumer consumer = consume()) {
			awaitPatterns(1);
			publish("1");
			Instant due = Instant.now().plusMillis(200);
			consumer.poll(1, SOON).get(0).park(due);
			assertThat(ids(consumer.poll(1, SOON))).containsExactly("1");
			assertThat(Instant.now()).isAfterOrEqualTo(due);
		}
	}

	@Test
	void followersAndLettersOfABroadcastArePushed() throws Exception {
		try (QueueConsumer consumer = consume()) {
			awaitPatterns(1);
			publish("1");
			publish("2");
			List<Delivery> deliveries = new ArrayList<>();
			while (deliveries.size() < 2) {
				deliveries.addAll(consumer.poll(2, SOON));
			}
			assertThat(deliveries.get(0).ack(List.of(message("follower", DeliveryInfo.toQueue("a")))))
				.succeedsWithin(SOON);
			assertThat(deliveries.get(1).deadLetter(message("letter", DeliveryInfo.toQueue("news"))))
				.succeedsWithin(SOON);
			assertThat(redis.commands().lrange("a", 0, -1)).singleElement().asString().contains("follower");
			assertThat(redis.commands().lrange("news.dlq", 0, -1)).singleElement().asString().contains("letter");
		}
	}

	@Test
	void consumerThatTakesNothingHoldsUpNobody() throws Exception {
		try (QueueConsumer consumer = consume()) {
			awaitPatterns(1);
			for (int i = 0; i < 300; i++) {
				publish(String.valueOf(i));
			}
			List<String> heard = new ArrayList<>();
			while (heard.size() < 300) {
				heard.addAll(ids(consumer.poll(50, SOON)));
			}
			assertThat(heard.subList(0, 3)).containsExactly("0", "1", "2");
		}
	}

	private QueueConsumer consume(CeleryQueue... more) {
		return consume(this.broker, more);
	}

	private static QueueConsumer consume(TestBroker broker, CeleryQueue... more) {
		List<CeleryQueue> queues = new ArrayList<>(List.of(more));
		queues.add(CeleryQueue.broadcast("news").withRoutingKey("celery"));
		return broker.transport().openConsumer(queues, new ConsumerOptions("test"));
	}

	private void publish(String id) {
		this.broker.transport().introduce(CeleryQueue.broadcast("news"));
		assertThat(this.broker.transport().publish(message(id, new DeliveryInfo("news", "celery", false))))
			.succeedsWithin(SOON);
	}

	private static void awaitPatterns(long number) {
		await().atMost(Duration.ofSeconds(10)).until(() -> redis.commands().pubsubNumpat() == number);
	}

	private static KombuMessage message(String id, DeliveryInfo info) {
		return new KombuMessage("[[], {}, {}]".getBytes(), "application/json", "utf-8", Map.of("id", id),
				new MessageProperties(id, null, MessageProperties.PERSISTENT, info, 0, UUID.randomUUID().toString(),
						null, Map.of()));
	}

}
