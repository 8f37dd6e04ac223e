package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.ZStoreArgs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.celeryspring.kombu.redis.TestBroker.NOW;
import static io.github.celeryspring.kombu.redis.TestBroker.SOON;
import static io.github.celeryspring.kombu.redis.TestBroker.ids;
import static io.github.celeryspring.kombu.redis.TestBroker.message;
import static io.github.celeryspring.kombu.redis.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
@SuppressWarnings("try")
class UnackedRestorerIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static final String SEP = "\u0006\u0016";

	@Test
	void messagesOfADeadWorkerComeBackOldestFirstWithTheirPriority() {
		leave("t1", entry(message("1")), 7200);
		leave("t2", entry(message("2")), 7100);
		leave("t3", entry(message("3", 6)), 7000);
		leave("alive", entry(message("4")), 100);
		try (TestBroker broker = sweeping()) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(2));
			await().untilAsserted(() -> assertThat(redis.commands().hkeys("unacked")).containsExactly("alive"));
			assertThat(redis.commands().rpop("q")).contains("\"id\":\"1\",\"redelivered\":true")
				.contains("\"routing_key\":\"q\",\"redelivered\":true");
			assertThat(TestBroker.id(redis.commands().rpop("q"))).isEqualTo("2");
			assertThat(TestBroker.id(redis.commands().rpop("q" + SEP + "6"))).isEqualTo("3");
			assertThat(redis.commands().zrange("unacked_index", 0, -1)).containsExactly("alive");
			await().untilAsserted(() -> assertThat(redis.commands().exists("unacked_mutex")).isZero());
			assertThat(broker.transport().restored()).isEqualTo(3);
		}
	}

	@Test
	void moreThanAPageComesBackInOrder() {
		for (int i = 0; i < 250; i++) {
			leave("t" + i, entry(message(String.valueOf(i))), 10_000 - i);
		}
		try (TestBroker broker = sweeping()) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(250));
			List<String> ids = redis.commands().rpop("q", 250).stream().map(TestBroker::id).toList();
			for (int i = 0; i < 250; i++) {
				assertThat(ids.get(i)).isEqualTo(String.valueOf(i));
			}
		}
	}

	@Test
	void batchOfADeadWorkerComesBackInOrder() throws Exception {
		for (int i = 0; i < 20; i++) {
			redis.commands().lpush("q", message(String.valueOf(i)));
		}
		try (TestBroker dead = new TestBroker(redis.endpoint()); QueueConsumer consumer = dead.consume("q")) {
			assertThat(consumer.poll(20, SOON)).hasSize(20);
		}
		redis.commands().zunionstore("unacked_index", ZStoreArgs.Builder.weights(0.5), "unacked_index");
		try (TestBroker broker = sweeping()) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(20));
			List<String> ids = redis.commands().rpop("q", 20).stream().map(TestBroker::id).toList();
			assertThat(ids).isEqualTo(IntStream.range(0, 20).mapToObj(String::valueOf).toList());
		}
	}

	@Test
	void limitBoundsOneSweep() {
		for (int i = 0; i < 10; i++) {
			leave("t" + i, entry(message(String.valueOf(i))), 10_000 - i);
		}
		try (TestBroker broker = sweeping((options) -> options.unackedRestoreLimit(4))) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(4));
			await().untilAsserted(() -> assertThat(redis.commands().exists("unacked_mutex")).isZero());
			assertThat(redis.commands().hlen("unacked")).isEqualTo(6);
		}
	}

	@Test
	void namedExchangeGoesByItsBindings() {
		redis.commands().sadd("_kombu.binding.dx", "k" + SEP + SEP + "dq", "other" + SEP + SEP + "no");
		redis.commands().sadd("_kombu.binding.tx", "a.#" + SEP + "^a\\..*?$" + SEP + "tq");
		leave("t1", "[" + message("1") + ", \"dx\", \"k\"]", 7200);
		leave("t2", "[" + message("2") + ", \"tx\", \"a.b\"]", 7200);
		try (TestBroker broker = sweeping()) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("dq")).isEqualTo(1));
			await().untilAsserted(() -> assertThat(redis.commands().llen("tq")).isEqualTo(1));
			assertThat(redis.commands().llen("no")).isZero();
		}
	}

	@Test
	void whatCannotBeRestoredStaysAndStopsNothing() {
		redis.commands().set("wrong", "not a list");
		leave("unreadable", "{broken", 7000);
		leave("unbound", "[" + message("1") + ", \"gone\", \"k\"]", 7001);
		leave("wrong type", "[" + message("2") + ", \"\", \"wrong\"]", 7002);
		leave("fine", entry(message("3")), 7003);
		try (TestBroker broker = sweeping((options) -> options.unackedRestoreLimit(1))) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(1));
			assertThat(redis.commands().hkeys("unacked")).containsExactlyInAnyOrder("unreadable", "unbound",
					"wrong type");
			redis.commands().sadd("_kombu.binding.gone", "k" + SEP + SEP + "q");
		}
		try (TestBroker broker = sweeping()) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(2));
		}
	}

	@Test
	void whatWouldKillASweepingPythonWorkerComesBackWrapped() throws Exception {
		redis.commands().lpush("q", "{not json}");
		try (TestBroker dead = new TestBroker(redis.endpoint()); QueueConsumer consumer = dead.consume("q")) {
			assertThat(consumer.poll(1, SOON)).hasSize(1);
		}
		redis.commands().zunionstore("unacked_index", ZStoreArgs.Builder.weights(0.5), "unacked_index");
		try (TestBroker broker = sweeping()) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(1));
			KombuMessage message = new KombuMessageCodec().decode(redis.commands().rpop("q").getBytes());
			assertThat(DeadLetterHeaders.isWrapped(message)).isTrue();
			assertThat(message.body()).asString().isEqualTo("{not json}");
			assertThat(redis.commands().hlen("unacked")).isZero();
		}
	}

	@Test
	void tagWithoutMessageIsCleanedUp() {
		redis.commands().zadd("unacked_index", now() - 7200, "orphan");
		try (TestBroker broker = sweeping()) {
			await().untilAsserted(() -> assertThat(redis.commands().zcard("unacked_index")).isZero());
		}
	}

	@Test
	void prefixIsUsed() {
		redis.commands().hset("pfx:unacked", "t", entry(message("1")));
		redis.commands().zadd("pfx:unacked_index", now() - 7200, "t");
		try (TestBroker broker = sweeping((options) -> options.globalKeyprefix("pfx:"))) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("pfx:q")).isEqualTo(1));
		}
	}

	@Test
	void deadOwnerOfTheLockHoldsUpNothing() {
		redis.commands().set("unacked_mutex", "of a dead worker");
		leave("t", entry(message("1")), 7200);
		try (TestBroker broker = sweeping()) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(1));
			assertThat(redis.commands().get("unacked_mutex")).isEqualTo("of a dead worker");
		}
	}

	@Test
	void manySweepersNeverDouble() {
		for (int i = 0; i < 500; i++) {
			leave("t" + i, entry(message(String.valueOf(i))), 10_000 - i);
		}
		// Nobody gets the lock, so all of them sweep at the same time.
		redis.commands().set("unacked_mutex", "of a dead worker");
		List<TestBroker> brokers = new ArrayList<>();
		try {
			for (int i = 0; i < 4; i++) {
				brokers.add(sweeping());
			}
			await().untilAsserted(() -> assertThat(redis.commands().hlen("unacked")).isZero());
			assertThat(redis.commands().lrange("q", 0, -1).stream().map(TestBroker::id)).hasSize(500)
				.doesNotHaveDuplicates();
		}
		finally {
			brokers.forEach(TestBroker::close);
		}
	}

	@Test
	void parkedMessageComesBackWhenDueEvenIfTheLockIsHeld() throws Exception {
		redis.commands().set("unacked_mutex", "of a dead worker");
		redis.commands().lpush("q", message("1"));
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			Delivery delivery = consumer.poll(1, SOON).get(0);
			Instant due = Instant.now().plusSeconds(1);
			delivery.park(due).toCompletableFuture().get(10, TimeUnit.SECONDS);
			List<Delivery> again = consumer.poll(1, SOON);
			assertThat(ids(again)).containsExactly("1");
			assertThat(Instant.now()).isAfterOrEqualTo(due).isBefore(due.plusSeconds(3));
			// Nobody began it, so it is not redelivered.
			assertThat(text(again.get(0))).doesNotContain("redelivered");
		}
	}

	@Test
	void messageParkedByAPeerThatDiedIsFoundByOthers() throws Exception {
		redis.commands().lpush("q", message("1"));
		try (TestBroker peer = new TestBroker(redis.endpoint()); QueueConsumer consumer = peer.consume("q")) {
			Delivery delivery = consumer.poll(1, SOON).get(0);
			delivery.park(Instant.now().plusSeconds(1)).toCompletableFuture().get(10, TimeUnit.SECONDS);
		}
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			assertThat(ids(consumer.poll(1, SOON))).containsExactly("1");
		}
	}

	@Test
	void manyParkedMessagesAreNotReadBeforeTheyAreDue() {
		for (int i = 0; i < 1000; i++) {
			leave("t" + i, entry(message(String.valueOf(i))), -1000 - i);
		}
		redis.commands().configResetstat();
		leave("overdue", entry(message("1")), 7200);
		try (TestBroker broker = sweeping()) {
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(1));
			await().untilAsserted(() -> assertThat(redis.commands().exists("unacked_mutex")).isZero());
			assertThat(redis.commands().info("commandstats")).contains("cmdstat_hget:calls=1,");
		}
	}

	@Test
	void longTaskKeepsItsLease() throws Exception {
		redis.commands().lpush("q", message("1"));
		UnaryOperator<RedisTransportOptions.Builder> impatient = (options) -> options
			.visibilityTimeout(Duration.ofSeconds(1))
			.unackedRestoreInterval(Duration.ofMillis(200));
		try (TestBroker broker = new TestBroker(redis.endpoint(), impatient);
				QueueConsumer consumer = broker.consume("q");
				TestBroker peer = new TestBroker(redis.endpoint(), impatient);
				QueueConsumer other = peer.consume("q")) {
			Delivery delivery = consumer.poll(1, SOON).get(0);
			double taken = redis.commands().zscore("unacked_index", delivery.tag());
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(redis.commands().zscore("unacked_index", delivery.tag()))
					.isGreaterThan(taken + 2));
			assertThat(other.poll(1, NOW)).isEmpty();
			assertThat(delivery.leaseLost()).isFalse();
			delivery.ack().toCompletableFuture().get(10, TimeUnit.SECONDS);
			assertThat(redis.commands().hlen("unacked")).isZero();
		}
	}

	@Test
	void lostLeaseIsReported() throws Exception {
		redis.commands().lpush("q", message("1"), message("2"));
		try (TestBroker broker = new TestBroker(redis.endpoint(),
				(options) -> options.visibilityTimeout(Duration.ofSeconds(1)));
				QueueConsumer consumer = broker.consume("q")) {
			List<Delivery> deliveries = consumer.poll(2, SOON);
			redis.commands().zrem("unacked_index", deliveries.get(1).tag());
			redis.commands().hdel("unacked", deliveries.get(1).tag());
			await().until(() -> deliveries.get(1).leaseLost());
			assertThat(deliveries.get(0).leaseLost()).isFalse();
			assertThat(broker.transport().lostLeases()).isEqualTo(1);
		}
	}

	/** A transport whose consumer does not poll, so that the lists can be looked at. */
	private static TestBroker sweeping() {
		return sweeping(UnaryOperator.identity());
	}

	private static TestBroker sweeping(UnaryOperator<RedisTransportOptions.Builder> options) {
		TestBroker broker = new TestBroker(redis.endpoint(), options);
		broker.consume("idle");
		return broker;
	}

	private static String entry(String message) {
		return "[" + message + ", \"\", \"q\"]";
	}

	private static void leave(String tag, String entry, int secondsAgo) {
		redis.commands().hset("unacked", tag, entry);
		redis.commands().zadd("unacked_index", now() - secondsAgo, tag);
	}

	private static double now() {
		return Double.parseDouble(redis.commands().time().get(0));
	}

}
