package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.KillArgs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.celeryspring.kombu.redis.TestBroker.NOW;
import static io.github.celeryspring.kombu.redis.TestBroker.SOON;
import static io.github.celeryspring.kombu.redis.TestBroker.ids;
import static io.github.celeryspring.kombu.redis.TestBroker.message;
import static io.github.celeryspring.kombu.redis.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class RedisDeliveryIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private TestBroker broker;

	private QueueConsumer consumer;

	@BeforeEach
	void open() {
		this.broker = new TestBroker(redis.endpoint());
		this.consumer = this.broker.consume("q");
	}

	@AfterEach
	void close() {
		this.broker.close();
	}

	@Test
	void ackForgetsTheMessage() throws Exception {
		take("1").ack().toCompletableFuture().get(10, TimeUnit.SECONDS);
		assertThatNothingIsUnacked();
		assertThat(redis.commands().llen("q")).isZero();
	}

	@Test
	void manyAcksBecomeFewCommands() throws Exception {
		for (int i = 0; i < 100; i++) {
			redis.commands().lpush("q", message(String.valueOf(i)));
		}
		List<Delivery> deliveries = this.consumer.poll(100, NOW);
		redis.commands().configResetstat();
		CompletableFuture
			.allOf(deliveries.stream()
				.map((delivery) -> delivery.ack().toCompletableFuture())
				.toArray(CompletableFuture<?>[]::new))
			.get(10, TimeUnit.SECONDS);
		assertThatNothingIsUnacked();
		assertThat(calls("hdel")).isLessThan(50);
	}

	@Test
	void rejectDropsTheMessage() throws Exception {
		take("1").reject().toCompletableFuture().get(10, TimeUnit.SECONDS);
		assertThatNothingIsUnacked();
		assertThat(redis.commands().llen("q")).isZero();
	}

	@Test
	void requeueGoesToTheBackMarkedAsRedelivered() throws Exception {
		Delivery delivery = take("1");
		redis.commands().lpush("q", message("2"));
		delivery.requeue().toCompletableFuture().get(10, TimeUnit.SECONDS);
		assertThatNothingIsUnacked();
		List<Delivery> again = this.consumer.poll(10, NOW);
		assertThat(ids(again)).containsExactly("2", "1");
		assertThat(text(again.get(1))).contains("\"headers\":{\"id\":\"1\",\"redelivered\":true}")
			.contains("\"delivery_info\":{\"exchange\":\"\",\"routing_key\":\"q\",\"redelivered\":true}");
	}

	@Test
	void releaseGoesToTheFrontUnchangedWithItsPriority() throws Exception {
		redis.commands().lpush("q\u0006\u00166", message("1", 6), message("2", 6));
		List<Delivery> deliveries = this.consumer.poll(1, NOW);
		deliveries.get(0).release().toCompletableFuture().get(10, TimeUnit.SECONDS);
		assertThatNothingIsUnacked();
		assertThat(redis.commands().lrange("q\u0006\u00166", 0, -1)).containsExactly(message("2", 6), message("1", 6));
	}

	@Test
	void onlyTheFirstSettlingCounts() throws Exception {
		Delivery delivery = take("1");
		delivery.ack().toCompletableFuture().get(10, TimeUnit.SECONDS);
		assertThat(delivery.requeue().toCompletableFuture()).isCompleted();
		assertThat(delivery.release().toCompletableFuture()).isCompleted();
		assertThat(delivery.park(Instant.now()).toCompletableFuture()).isCompleted();
		assertThat(this.consumer.poll(1, NOW)).isEmpty();
	}

	@Test
	void settlingWhatWasGivenToAnotherHasNoEffect() throws Exception {
		Delivery lost = take("1");
		Delivery alsoLost = take("2");
		redis.commands().del("unacked", "unacked_index");
		lost.requeue().toCompletableFuture().get(10, TimeUnit.SECONDS);
		alsoLost.park(Instant.now()).toCompletableFuture().get(10, TimeUnit.SECONDS);
		assertThat(redis.commands().keys("q*")).isEmpty();
		assertThatNothingIsUnacked();
	}

	@Test
	void settlingSurvivesAnOutage() throws Exception {
		Delivery delivery = take("1");
		Delivery other = take("2");
		redis.commands().clientPause(300);
		redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
		CompletableFuture<Void> acked = delivery.ack().toCompletableFuture();
		CompletableFuture<Void> released = other.release().toCompletableFuture();
		CompletableFuture.allOf(acked, released).get(20, TimeUnit.SECONDS);
		assertThatNothingIsUnacked();
		assertThat(redis.commands().lrange("q", 0, -1)).containsExactly(message("2"));
	}

	@Test
	void closingTheTransportFlushesAcks() throws Exception {
		for (int i = 0; i < 100; i++) {
			redis.commands().lpush("q", message(String.valueOf(i)));
		}
		this.consumer.poll(100, NOW).forEach(Delivery::ack);
		this.broker.transport().close();
		assertThatNothingIsUnacked();
	}

	@Test
	void settlingAfterTheEndFails() throws Exception {
		Delivery delivery = take("1");
		this.broker.transport().close();
		assertThat(delivery.ack().toCompletableFuture()).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withCauseInstanceOf(CeleryException.class);
	}

	@Test
	void settlingOutlivesTheConsumer() throws Exception {
		Delivery delivery = take("1");
		this.consumer.close();
		delivery.ack().toCompletableFuture().get(10, TimeUnit.SECONDS);
		assertThatNothingIsUnacked();
	}

	@Test
	void redisOutOfMemoryStillGivesAndTakesBack() throws Exception {
		redis.commands().lpush("q", message("1"), message("2"), message("3"));
		redis.commands().configSet("maxmemory", "1");
		try {
			List<Delivery> deliveries = this.consumer.poll(3, SOON);
			assertThat(ids(deliveries)).containsExactly("1", "2", "3");
			deliveries.get(0).ack().toCompletableFuture().get(10, TimeUnit.SECONDS);
			deliveries.get(1).release().toCompletableFuture().get(10, TimeUnit.SECONDS);
			deliveries.get(2).park(Instant.now().plusSeconds(60)).toCompletableFuture().get(10, TimeUnit.SECONDS);
		}
		finally {
			redis.commands().configSet("maxmemory", "0");
		}
		assertThat(redis.commands().lrange("q", 0, -1)).containsExactly(message("2"));
		assertThat(redis.commands().hvals("unacked")).singleElement().asString().contains(message("3"));
	}

	@Test
	void parkedMessageIsWhereKombuFindsItWhenDue() throws Exception {
		Delivery delivery = take("1");
		Instant due = Instant.now().plusSeconds(600);
		delivery.park(due).toCompletableFuture().get(10, TimeUnit.SECONDS);
		assertThat(redis.commands().hgetall("unacked")).hasSize(1)
			.doesNotContainKey(delivery.tag())
			.containsValue("[" + message("1") + ", \"\", \"q\"]");
		String tag = redis.commands().hkeys("unacked").get(0);
		assertThat(redis.commands().zscore("unacked_index", tag)).isBetween(due.getEpochSecond() - 3600.0,
				due.getEpochSecond() - 3600 + 5.0);
		assertThat(redis.commands().zcard("unacked_index")).isEqualTo(1);
	}

	private Delivery take(String id) throws InterruptedException {
		redis.commands().lpush("q", message(id));
		return this.consumer.poll(1, SOON).get(0);
	}

	private static void assertThatNothingIsUnacked() {
		assertThat(redis.commands().keys("unacked*")).isSubsetOf("unacked_mutex");
	}

	private static int calls(String command) {
		String start = "cmdstat_" + command + ":calls=";
		return redis.commands()
			.info("commandstats")
			.lines()
			.filter((line) -> line.startsWith(start))
			.mapToInt((line) -> Integer.parseInt(line.substring(start.length(), line.indexOf(','))))
			.sum();
	}

}
