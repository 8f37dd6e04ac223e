package io.github.celeryspring.kombu.redis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.kombu.DeadLetterPolicy;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.celeryspring.kombu.redis.TestBroker.SOON;
import static io.github.celeryspring.kombu.redis.TestBroker.ids;
import static io.github.celeryspring.kombu.redis.TestBroker.message;
import static io.github.celeryspring.kombu.redis.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

@Timeout(60)
@SuppressWarnings("try")
class ParkedMessagesIntegrationTests {

	private static final Duration ON_TIME = Duration.ofSeconds(1);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@Test
	void isOnTimeWhenItsPeerParkedItAfterOurLookAndDied() throws Exception {
		Instant due;
		redis.commands().configResetstat();
		try (TestBroker heir = new TestBroker(redis.endpoint()); QueueConsumer consumer = heir.consume("q")) {
			await().until(() -> redis.commands().info("commandstats").contains("cmdstat_zcount"));
			redis.commands().lpush("q", message("1"));
			try (TestBroker peer = new TestBroker(redis.endpoint()); QueueConsumer victim = peer.consume("q")) {
				due = park(victim, Duration.ofSeconds(1));
			}
			assertThat(ids(consumer.poll(1, SOON))).containsExactly("1");
		}
		assertThat(Instant.now()).isBetween(due, due.plus(ON_TIME));
	}

	@Test
	void isOnTimeAlthoughItsPeerDiedWithTheLock() throws Exception {
		redis.commands().set("unacked_mutex", "of a dead worker");
		isOnTimeWhenItsPeerParkedItAfterOurLookAndDied();
	}

	@Test
	void isOnTimeBesideOthersThatCannotBeRestored() throws Exception {
		double old = Instant.now().getEpochSecond() - 7200;
		redis.commands().hset("unacked", "unreadable", "no entry");
		redis.commands().zadd("unacked_index", old, "unreadable");
		isOnTimeWhenItsPeerParkedItAfterOurLookAndDied();
		// What stays is not read at each look.
		assertThat(redis.commands().info("commandstats")).containsPattern("cmdstat_hget:calls=\\d,");
	}

	@Test
	void clockThatDiffersFromThatOfRedisDelaysNothing() throws Exception {
		redis.commands().lpush("q", message("1"));
		Clock fast = Clock.offset(Clock.systemUTC(), Duration.ofHours(3));
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			Delivery delivery = consumer.poll(1, SOON).get(0);
			Settlement.Context context = new Settlement.Context(new KombuKeys(RedisTransportOptions.DEFAULTS),
					Duration.ofHours(1), fast, DeadLetterPolicy.DEFAULTS);
			Settlement park = new Settlement.Park(KombuKeys.bytes(delivery.tag()), fast.instant().plusSeconds(1));
			Instant due = Instant.now().plusSeconds(1);
			broker.connections()
				.<Object>execute((redis) -> park.write(redis, context).thenApply((done) -> done))
				.get(10, TimeUnit.SECONDS);
			assertThat(ids(consumer.poll(1, SOON))).containsExactly("1");
			assertThat(Instant.now()).isBetween(due, due.plus(ON_TIME));
		}
	}

	@Test
	void mayBeDueInTheYear9999OrNow() throws Exception {
		redis.commands().lpush("q", message("1"), message("2"));
		Instant far = Instant.parse("9999-12-31T23:59:59.999Z");
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			List<Delivery> deliveries = consumer.poll(2, SOON);
			settled(deliveries.get(0), far);
			assertThat(redis.commands().zscore("unacked_index", deliveries.get(0).tag() + KombuKeys.PARKED))
				.isCloseTo(far.getEpochSecond() + 1 - 3600, within(1.0));
			settled(deliveries.get(1), Instant.parse("0001-01-01T00:00:00Z"));
			assertThat(ids(consumer.poll(2, SOON))).containsExactly("2");
			assertThat(redis.commands().hlen("unacked")).isEqualTo(2);
		}
	}

	@Test
	void redeliveredMessageStaysSo() throws Exception {
		String redelivered = message("1").replace("\"headers\": {", "\"headers\": {\"redelivered\": true, ");
		redis.commands().lpush("q", redelivered);
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			park(consumer, Duration.ofMillis(100));
			List<Delivery> again = consumer.poll(1, SOON);
			assertThat(text(again.get(0))).containsPattern("\"headers\": ?\\{[^}]*\"redelivered\": ?true");
		}
	}

	@Test
	void keepsItsPriorityAndItsPlace() throws Exception {
		redis.commands().lpush("q", message("1"), message("2"));
		redis.commands().lpush("q\u0006\u00166", message("3", 6));
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			Instant due = Instant.now().plusMillis(500);
			for (Delivery delivery : consumer.poll(3, SOON)) {
				settled(delivery, due);
			}
			await().until(() -> redis.commands().llen("q") == 2);
			await().until(() -> redis.commands().llen("q\u0006\u00166") == 1);
			redis.commands().lpush("q", message("4"));
			List<String> ids = ids(consumer.poll(4, SOON));
			assertThat(ids.subList(0, 2)).containsExactlyInAnyOrder("1", "2");
			assertThat(ids.subList(2, 4)).containsExactly("4", "3");
		}
	}

	private static Instant park(QueueConsumer consumer, Duration left) throws Exception {
		Delivery delivery = consumer.poll(1, SOON).get(0);
		Instant due = Instant.now().plus(left);
		settled(delivery, due);
		return due;
	}

	private static void settled(Delivery delivery, Instant due) throws Exception {
		delivery.park(due).toCompletableFuture().get(10, TimeUnit.SECONDS);
	}

}
