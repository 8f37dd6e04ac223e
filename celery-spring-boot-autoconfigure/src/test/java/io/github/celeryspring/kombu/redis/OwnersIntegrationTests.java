package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.Range;
import io.lettuce.core.protocol.CommandKeyword;
import io.lettuce.core.protocol.CommandType;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.github.celeryspring.kombu.redis.TestBroker.NOW;
import static io.github.celeryspring.kombu.redis.TestBroker.SOON;
import static io.github.celeryspring.kombu.redis.TestBroker.ids;
import static io.github.celeryspring.kombu.redis.TestBroker.message;
import static io.github.celeryspring.kombu.redis.TestBroker.text;
import static io.github.celeryspring.kombu.redis.TestOwner.OWNERS;
import static io.github.celeryspring.kombu.redis.TestOwner.hasRecord;
import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class OwnersIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	/** Well longer than the timeout. */
	private static final int MANY_ROUNDS = 9;

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
	}

	private static TestOwner owner(String name, String queue) {
		return new TestOwner(redis.endpoint(), name, queue);
	}

	private static void push(int count) {
		for (int i = 1; i <= count; i++) {
			redis.commands().lpush("q", message(String.valueOf(i)));
		}
	}

	@Test
	void messagesOfADeadOwnerComeBackInOrderAndParkedOnesStay(CapturedOutput output) throws Exception {
		push(70);
		redis.commands().lpush("q\u0006\u00166", message("urgent", 6));
		try (TestOwner victim = owner("victim", "q"); TestOwner heir = owner("heir", "idle")) {
			List<Delivery> deliveries = victim.take(71);
			deliveries.get(69).park(Instant.now().plusSeconds(3600)).toCompletableFuture().get(10, TimeUnit.SECONDS);
			deliveries.get(0).ack().toCompletableFuture().get(10, TimeUnit.SECONDS);
			heir.poll(1, NOW);
			victim.die();
			await().until(() -> !hasRecord(redis.commands(), "victim"));
			List<String> back = redis.commands().lrange("q", 0, -1);
			assertThat(back).hasSize(68).allMatch((message) -> message.contains("\"redelivered\":true"));
			assertThat(redis.commands().rpop("q", 68).stream().map(TestBroker::id))
				.containsExactlyElementsOf(IntStream.rangeClosed(2, 69).mapToObj(String::valueOf).toList());
			assertThat(redis.commands().llen("q\u0006\u00166")).isEqualTo(1);
			assertThat(redis.commands().hkeys("unacked")).singleElement().asString().endsWith(":parked");
			assertThat(redis.commands().zcard("unacked_index")).isEqualTo(1);
			assertThat(heir.broker().transport().restored()).isEqualTo(69);
			assertThat(output).containsOnlyOnce("Worker victim is gone; 69 messages given back");
		}
	}

	@Test
	void twoObserversGiveBackOnce() {
		push(300);
		try (TestOwner victim = owner("victim", "q");
				TestOwner one = owner("one", "idle");
				TestOwner other = owner("other", "idle")) {
			victim.take(300);
			one.poll(1, NOW);
			other.poll(1, NOW);
			victim.die();
			await().until(() -> !hasRecord(redis.commands(), "victim"));
			await().untilAsserted(() -> assertThat(redis.commands().hlen("unacked")).isZero());
			one.awaitRounds(redis.commands(), 2);
			other.awaitRounds(redis.commands(), 2);
			assertThat(redis.commands().lrange("q", 0, -1).stream().map(TestBroker::id)).hasSize(300)
				.doesNotHaveDuplicates();
		}
	}

	@Test
	void leasesOfOthersAreLeftAloneHoweverManyThereAre() {
		push(3);
		try (TestOwner victim = owner("victim", "q"); TestOwner heir = owner("heir", "idle")) {
			String now = redis.commands().time().get(0);
			for (int i = 0; i < 2500; i++) {
				redis.commands().zadd("unacked_index", Double.parseDouble(now) + 1, "celery-spring:peer:" + i);
			}
			victim.take(3);
			heir.poll(1, NOW);
			victim.die();
			await().until(() -> !hasRecord(redis.commands(), "victim"));
			assertThat(redis.commands().llen("q")).isEqualTo(3);
			assertThat(redis.commands().zcard("unacked_index")).isEqualTo(2500);
		}
	}

	@Test
	void ownerWhoseConnectionsAreCutKeepsItsMessages() throws Exception {
		push(2);
		try (TestOwner victim = owner("victim", "q"); TestOwner observer = owner("observer", "idle")) {
			List<Delivery> deliveries = victim.take(2);
			observer.poll(1, NOW);
			for (int i = 0; i < 3; i++) {
				redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
				observer.awaitRounds(redis.commands(), MANY_ROUNDS / 3);
			}
			assertThat(redis.commands().llen("q")).isZero();
			assertThat(deliveries).noneMatch(Delivery::leaseLost);
			deliveries.forEach(Delivery::ack);
			await().untilAsserted(() -> assertThat(redis.commands().hlen("unacked")).isZero());
		}
	}

	@Test
	void ownerThatConsumesAgainOnAnotherConnectionIsAlive() {
		push(1);
		try (TestOwner victim = owner("victim", "q"); TestOwner observer = owner("observer", "idle")) {
			victim.take(1);
			String before = record("victim");
			redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
			victim.poll(1, NOW);
			await().until(() -> hasConnectionsOtherThan(before));
			observer.poll(1, NOW);
			observer.awaitRounds(redis.commands(), MANY_ROUNDS);
			assertThat(redis.commands().llen("q")).isZero();
		}
	}

	private static String record(String name) {
		return redis.commands()
			.hgetall(OWNERS)
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().contains(":" + name + ":"))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElseThrow();
	}

	private static boolean hasConnectionsOtherThan(String before) {
		List<String> old = List.of(before.split(" "));
		String[] now = record("victim").split(" ");
		return now.length == 4 && !old.contains(now[2]) && !old.contains(now[3]);
	}

	@Test
	void refusedListOfConnectionsLeavesItToTheVisibilityTimeout(CapturedOutput output) {
		redis.commands()
			.aclSetuser("watcher",
					AclSetuserArgs.Builder.on()
						.addPassword("secret")
						.allKeys()
						.allChannels()
						.allCommands()
						.removeCommand(CommandType.CLIENT, CommandKeyword.LIST));
		push(2);
		RedisEndpoint watching = new RedisEndpoint.Standalone("127.0.0.1", redis.port(), 0, "watcher", "secret", null);
		try (TestOwner victim = owner("victim", "q");
				TestOwner observer = new TestOwner(watching, "observer", "idle")) {
			victim.take(2);
			observer.poll(1, NOW);
			victim.die();
			await().until(() -> output.getOut().contains("will come back after visibility_timeout, not earlier"));
			observer.awaitRounds(redis.commands(), MANY_ROUNDS / 2);
			assertThat(redis.commands().hlen("unacked")).isEqualTo(2);
			assertThat(output).containsOnlyOnce("not earlier: NOPERM");
		}
	}

	@Test
	void refusedSignOfLifeDoesNotKeepFromConsuming(CapturedOutput output) {
		redis.commands()
			.aclSetuser("mute",
					AclSetuserArgs.Builder.on()
						.addPassword("secret")
						.keyPattern("q*")
						.keyPattern("un*")
						.keyPattern("_kombu*")
						.allChannels()
						.allCommands());
		push(1);
		RedisEndpoint mute = new RedisEndpoint.Standalone("127.0.0.1", redis.port(), 0, "mute", "secret", null);
		try (TestOwner worker = new TestOwner(mute, "mute", "q")) {
			assertThat(ids(worker.poll(1, SOON))).containsExactly("1");
			assertThat(output).contains("not earlier: NOPERM");
			assertThat(redis.commands().exists(OWNERS)).isZero();
		}
	}

	@Test
	void recordOfAClosedConsumerIsRemovedWhenAllIsSettled() throws Exception {
		push(1);
		try (TestOwner worker = owner("worker", "q"); TestOwner other = owner("other", "idle")) {
			Delivery delivery = worker.take(1).get(0);
			other.poll(1, NOW);
			worker.consumer().close();
			other.awaitRounds(redis.commands(), 3);
			assertThat(hasRecord(redis.commands(), "worker")).isTrue();
			delivery.ack().toCompletableFuture().get(10, TimeUnit.SECONDS);
			await().until(() -> !hasRecord(redis.commands(), "worker"));
			assertThat(hasRecord(redis.commands(), "other")).isTrue();
		}
		assertThat(redis.commands().exists(OWNERS)).isZero();
	}

	@Test
	void whatAClosedTransportLeavesIsGivenBack() {
		push(1);
		try (TestOwner worker = owner("worker", "q"); TestOwner heir = owner("heir", "idle")) {
			worker.take(1);
			heir.poll(1, NOW);
			worker.close();
			assertThat(hasRecord(redis.commands(), "worker")).isTrue();
			await().untilAsserted(() -> assertThat(redis.commands().llen("q")).isEqualTo(1));
		}
	}

	@Test
	void ownerThatWasTakenForDeadLearnsWhatItLost() {
		push(2);
		try (TestOwner worker = owner("worker", "q")) {
			List<Delivery> deliveries = worker.take(2);
			worker.awaitRounds(redis.commands(), 2);
			redis.commands().hdel("unacked", deliveries.get(0).tag());
			redis.commands().zrem("unacked_index", deliveries.get(0).tag());
			redis.commands().del(OWNERS);
			await().until(() -> deliveries.get(0).leaseLost());
			assertThat(deliveries.get(1).leaseLost()).isFalse();
			await().until(() -> hasRecord(redis.commands(), "worker"));
		}
	}

	@Test
	void signOfLifeComesBeforeTheFirstFetch() throws Exception {
		try (TestOwner worker = owner("worker", "q")) {
			assertThat(redis.commands().exists(OWNERS)).isZero();
			worker.consumer().poll(1, NOW);
			assertThat(hasRecord(redis.commands(), "worker")).isTrue();
		}
	}

	@Test
	void nothingIsWrittenIfSwitchedOff() {
		push(1);
		try (TestOwner worker = new TestOwner(redis.endpoint(), "worker", "q",
				(options) -> options.ownerTimeout(Duration.ZERO))) {
			Delivery delivery = worker.take(1).get(0);
			assertThat(redis.commands().exists(OWNERS)).isZero();
			assertThat(redis.commands().zrangebyscore("unacked_index", Range.unbounded()))
				.containsExactly(delivery.tag());
			assertThat(text(delivery)).isEqualTo(message("1"));
		}
	}

}
