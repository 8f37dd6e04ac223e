package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.celeryspring.kombu.DeadLetter;
import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.WaitStrategy;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandKeyword;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.celeryspring.kombu.redis.TestBroker.NOW;
import static io.github.celeryspring.kombu.redis.TestBroker.SOON;
import static io.github.celeryspring.kombu.redis.TestBroker.id;
import static io.github.celeryspring.kombu.redis.TestBroker.ids;
import static io.github.celeryspring.kombu.redis.TestBroker.message;
import static io.github.celeryspring.kombu.redis.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class RedisQueueConsumerIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static final Duration VERY_LONG = Duration.ofHours(1);

	@Test
	void takesTheOldestFirstAndNoMoreThanAsked() throws Exception {
		redis.commands().lpush("q", message("1"), message("2"), message("3"));
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			assertThat(ids(consumer.poll(2, NOW))).containsExactly("1", "2");
			assertThat(ids(consumer.poll(2, NOW))).containsExactly("3");
			assertThat(consumer.poll(2, NOW)).isEmpty();
		}
	}

	@Test
	void recordsWhatItTakesAsKombuDoes() throws Exception {
		redis.commands().lpush("q", message("1"));
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			Delivery delivery = consumer.poll(1, NOW).get(0);
			assertThat(delivery.queue()).isEqualTo("q");
			assertThat(text(delivery)).isEqualTo(message("1"));
			assertThat(redis.commands().hgetall("unacked")).containsOnlyKeys(delivery.tag())
				.containsValue("[" + message("1") + ", \"\", \"q\"]");
			double now = Double.parseDouble(redis.commands().time().get(0));
			assertThat(redis.commands().zscore("unacked_index", delivery.tag())).isBetween(now - 5, now + 1);
			assertThat(redis.commands().llen("q")).isZero();
		}
	}

	@Test
	void unackedIndexIsNoLinearList() throws Exception {
		redis.commands().lpush("q", message("1"));
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			assertThat(consumer.poll(1, NOW)).hasSize(1);
			assertThat(redis.commands().objectEncoding("unacked_index")).isEqualTo("skiplist");
		}
	}

	@Test
	void isNotWokenByTheAcknowledgementsOfOthers() throws Exception {
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			// Whatever it does first, it has done.
			assertThat(consumer.poll(1, Duration.ofMillis(100))).isEmpty();
			redis.commands().configResetstat();
			CompletableFuture<List<Delivery>> polled = CompletableFuture.supplyAsync(() -> poll(consumer));
			await().until(() -> calls("exists") == 1);
			for (int i = 0; i < 50; i++) {
				redis.commands().hset("unacked", "tag", "[]");
				redis.commands().hdel("unacked", "tag");
			}
			redis.commands().lpush("q", message("1"));
			assertThat(polled).succeedsWithin(SOON).satisfies((found) -> assertThat(ids(found)).containsExactly("1"));
			assertThat(calls("exists")).isEqualTo(1);
		}
	}

	private static List<Delivery> poll(QueueConsumer consumer) {
		try {
			return consumer.poll(1, SOON);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static long calls(String command) {
		Matcher calls = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)")
			.matcher(redis.commands().info("commandstats"));
		return calls.find() ? Long.parseLong(calls.group(1)) : 0;
	}

	@Test
	void servesEveryQueueOfAPriorityBeforeTheNext() throws Exception {
		redis.commands().lpush("a\u0006\u00163", message("a3"));
		redis.commands().lpush("a\u0006\u00169", message("a9"));
		redis.commands().lpush("b", message("b0"));
		redis.commands().lpush("b\u0006\u00163", message("b3"));
		redis.commands().lpush("a\u0006\u00166", message("a6"));
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("a", "b")) {
			assertThat(ids(consumer.poll(100, NOW))).containsExactly("b0", "a3", "b3", "a6", "a9");
		}
	}

	@Test
	void busyQueueDoesNotHoldUpTheOthers() throws Exception {
		redis.commands().lpush("a", message("a1"), message("a2"), message("a3"));
		redis.commands().lpush("b", message("b1"), message("b2"));
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("a", "b")) {
			assertThat(ids(consumer.poll(2, NOW))).containsExactly("a1", "a2");
			assertThat(ids(consumer.poll(1, NOW))).containsExactly("b1");
			assertThat(ids(consumer.poll(1, NOW))).containsExactly("a3");
			assertThat(ids(consumer.poll(1, NOW))).containsExactly("b2");
		}
	}

	@Test
	void largeBacklogComesInBatchesTheServerCanBear() throws Exception {
		for (int i = 0; i < 1000; i++) {
			redis.commands().lpush("q", message(String.valueOf(i)));
		}
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			assertThat(consumer.poll(1000, NOW)).hasSize(FetchScript.MAX_MESSAGES);
			assertThat(redis.commands().hlen("unacked")).isEqualTo(FetchScript.MAX_MESSAGES);
		}
	}

	@Test
	void prefixIsOnTheKeysAndNotInTheEntries() throws Exception {
		redis.commands().lpush("pfx:q", message("1"));
		try (TestBroker broker = new TestBroker(redis.endpoint(), (options) -> options.globalKeyprefix("pfx:"));
				QueueConsumer consumer = broker.consume("q")) {
			Delivery delivery = consumer.poll(1, NOW).get(0);
			assertThat(delivery.queue()).isEqualTo("q");
			assertThat(redis.commands().hget("pfx:unacked", delivery.tag())).endsWith(", \"\", \"q\"]");
			assertThat(redis.commands().zcard("pfx:unacked_index")).isEqualTo(1);
			await().untilAsserted(() -> assertThat(redis.commands().smembers("pfx:_kombu.binding.q"))
				.containsExactly("q\u0006\u0016\u0006\u0016q"));
		}
	}

	@Test
	void waitingConsumerIsWokenByThePushOfAnotherClient() throws Exception {
		// The safety poll comes in an hour, so only the push can end the wait.
		try (TestBroker broker = new TestBroker(redis.endpoint(), (options) -> options.pollingInterval(VERY_LONG));
				QueueConsumer consumer = broker.consume("a", "q")) {
			for (int i = 0; i < 3; i++) {
				long before = emptyFetches();
				CompletableFuture<List<Delivery>> polled = pollAsync(consumer);
				awaitEmptyFetch(before);
				redis.commands().lpush("q\u0006\u00166", message("1"));
				assertThat(ids(polled.get(10, TimeUnit.SECONDS))).containsExactly("1");
			}
		}
	}

	@Test
	void pushBetweenFetchAndWaitIsNotForgotten() throws Exception {
		try (TestBroker broker = new TestBroker(redis.endpoint(), (options) -> options.pollingInterval(VERY_LONG));
				QueueConsumer consumer = broker.consume("q")) {
			for (int i = 0; i < 500; i++) {
				CompletableFuture<List<Delivery>> polled = pollAsync(consumer);
				redis.commands().lpush("q", message(String.valueOf(i)));
				assertThat(ids(polled.get(10, TimeUnit.SECONDS))).containsExactly(String.valueOf(i));
			}
		}
	}

	@Test
	void lostPushDelaysByThePollingIntervalOnly() throws Exception {
		try (TestBroker broker = new TestBroker(redis.endpoint(),
				(options) -> options.pollingInterval(Duration.ofMillis(100)));
				QueueConsumer consumer = broker.consume("q")) {
			assertThat(consumer.poll(1, NOW)).isEmpty();
			String consumerId = consumerIds().get(0);
			CompletableFuture<List<Delivery>> polled = pollAsync(consumer);
			// Another database has no part in tracking but the same data after a swap.
			redis.commands().select(1);
			redis.commands().lpush("q", message("1"));
			redis.commands().swapdb(0, 1);
			redis.commands().select(0);
			assertThat(ids(polled.get(10, TimeUnit.SECONDS))).containsExactly("1");
			assertThat(consumerIds()).contains(consumerId);
		}
	}

	@Test
	void timeoutEndsTheWait() throws Exception {
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			assertThat(consumer.poll(1, Duration.ofMillis(50))).isEmpty();
		}
	}

	@Test
	void wakeupEndsAWaitOrElseTheNextOne() throws Exception {
		try (TestBroker broker = new TestBroker(redis.endpoint(), (options) -> options.pollingInterval(VERY_LONG));
				QueueConsumer consumer = broker.consume("q")) {
			long before = emptyFetches();
			CompletableFuture<List<Delivery>> polled = pollAsync(consumer);
			awaitEmptyFetch(before);
			consumer.wakeup();
			assertThat(polled.get(10, TimeUnit.SECONDS)).isEmpty();
			consumer.wakeup();
			redis.commands().lpush("q", message("1"));
			assertThat(consumer.poll(1, VERY_LONG)).isEmpty();
			assertThat(ids(consumer.poll(1, SOON))).containsExactly("1");
		}
	}

	@Test
	void closeEndsAWaitAndFurtherPollsAreRefused() throws Exception {
		try (TestBroker broker = new TestBroker(redis.endpoint(), (options) -> options.pollingInterval(VERY_LONG))) {
			QueueConsumer consumer = broker.consume("q");
			long before = emptyFetches();
			CompletableFuture<List<Delivery>> polled = pollAsync(consumer);
			awaitEmptyFetch(before);
			consumer.close();
			assertThat(polled.get(10, TimeUnit.SECONDS)).isEmpty();
			assertThatIllegalStateException().isThrownBy(() -> consumer.poll(1, NOW));
			await().untilAsserted(() -> assertThat(consumerIds()).isEmpty());
		}
	}

	@Test
	void whatIsNoJsonObjectIsDeliveredAsAMessageOfNoTask() throws Exception {
		byte[] binary = new byte[7000];
		new Random(1).nextBytes(binary);
		List<byte[]> poison = List.of("poison".getBytes(), "{\"half\": ".getBytes(), new byte[0], "[]".getBytes(),
				new byte[] { -1 }, binary);
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			broker.connections()
				.execute((commands) -> commands.lpush("q".getBytes(), poison.toArray(byte[][]::new)))
				.join();
			redis.commands().lpush("q", "  " + message("1") + "\n");
			List<Delivery> deliveries = consumer.poll(100, NOW);
			assertThat(id(text(deliveries.get(6)))).isEqualTo("1");
			for (int i = 0; i < poison.size(); i++) {
				KombuMessage message = new KombuMessageCodec().decode(deliveries.get(i).payload());
				assertThat(DeadLetter.unwrap(message)).isEqualTo(poison.get(i));
				assertThat(DeadLetterHeaders.isWrapped(message)).isTrue();
				assertThat(message.properties().deliveryInfo()).isEqualTo(DeliveryInfo.toQueue("q"));
				assertThat(redis.commands().hget("unacked", deliveries.get(i).tag()))
					.isEqualTo("[" + text(deliveries.get(i)) + ", \"\", \"q\"]");
			}
		}
	}

	@Test
	void nothingIsLostWhenAKeyIsNoList() throws Exception {
		redis.commands().lpush("q", message("1"));
		redis.commands().set("q\u0006\u00163", "not a list");
		redis.commands().set("unacked", "not a hash");
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			assertThat(catchThrowable(() -> consumer.poll(10, NOW))).hasMessageContaining("WRONGTYPE");
			assertThat(redis.commands().lrange("q", 0, -1)).containsExactly(message("1"));
			assertThat(redis.commands().zcard("unacked_index")).isZero();
			redis.commands().del("unacked");
			assertThat(ids(consumer.poll(10, NOW))).containsExactly("1");
			assertThat(catchThrowable(() -> consumer.poll(10, NOW))).hasMessageContaining("WRONGTYPE");
		}
	}

	@Test
	void brpopIsUsedOnRequest() throws Exception {
		consumesByBlockingPop(new TestBroker(redis.endpoint(), (options) -> options.waitStrategy(WaitStrategy.BRPOP)));
	}

	@Test
	void brpopIsUsedWhereTrackingIsRefused() throws Exception {
		redis.commands()
			.aclSetuser("limited",
					AclSetuserArgs.Builder.on()
						.addPassword("pw")
						.allKeys()
						.allChannels()
						.allCommands()
						.removeCommand(CommandType.CLIENT, CommandKeyword.TRACKING));
		consumesByBlockingPop(
				new TestBroker(new RedisEndpoint.Standalone("127.0.0.1", redis.port(), 0, "limited", "pw", null)));
	}

	private void consumesByBlockingPop(TestBroker broker) throws Exception {
		try (broker; QueueConsumer consumer = broker.consume("a", "q")) {
			CompletableFuture<List<Delivery>> polled = pollAsync(consumer);
			await().until(() -> redis.commands().clientList().contains("cmd=brpop"));
			redis.commands().lpush("q\u0006\u00163", message("1", 3), message("2", 3));
			Delivery first = polled.get(10, TimeUnit.SECONDS).get(0);
			assertThat(ids(List.of(first))).containsExactly("1");
			assertThat(redis.commands().hget("unacked", first.tag())).contains(", \"\", \"q\"]");
			List<Delivery> more = consumer.poll(10, NOW);
			assertThat(ids(more)).containsExactly("2");
			first.release().toCompletableFuture().join();
			assertThat(redis.commands().lrange("q\u0006\u00163", 0, -1)).containsExactly(message("1", 3));
		}
	}

	@Test
	void whatABlockingPopGetsAfterTheLastPollIsGivenBack() throws Exception {
		try (TestBroker broker = new TestBroker(redis.endpoint(),
				(options) -> options.waitStrategy(WaitStrategy.BRPOP))) {
			QueueConsumer consumer = broker.consume("q");
			assertThat(consumer.poll(1, Duration.ofMillis(1))).isEmpty();
			redis.commands().lpush("q", message("1"));
			consumer.close();
			await().untilAsserted(() -> assertThat(redis.commands().lrange("q", 0, -1)).containsExactly(message("1")));
		}
	}

	private static CompletableFuture<List<Delivery>> pollAsync(QueueConsumer consumer) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return consumer.poll(1, Duration.ofMinutes(1));
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}, (task) -> new Thread(task, "poll").start());
	}

	/** An empty fetch ends in EXISTS, and is followed by the wait. */
	private static long emptyFetches() {
		return redis.commands()
			.info("commandstats")
			.lines()
			.filter((line) -> line.startsWith("cmdstat_exists:calls="))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
			.sum();
	}

	private static void awaitEmptyFetch(long before) {
		await().until(() -> emptyFetches() > before);
	}

	private static List<String> consumerIds() {
		return redis.commands()
			.clientList()
			.lines()
			.filter((line) -> line.contains("flags=t") && line.contains("name=celery-test"))
			.map((line) -> line.substring(0, line.indexOf(' ')))
			.toList();
	}

}
