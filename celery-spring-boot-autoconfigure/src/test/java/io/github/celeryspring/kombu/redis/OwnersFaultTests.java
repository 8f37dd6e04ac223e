package io.github.celeryspring.kombu.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.celeryspring.embedded.EmbeddedRedisServer;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.ChildProcess;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static io.github.celeryspring.kombu.redis.TestBroker.NOW;
import static io.github.celeryspring.kombu.redis.TestBroker.ids;
import static io.github.celeryspring.kombu.redis.TestBroker.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Owners that are killed, stopped, or lose their server.
 */
@Timeout(90)
class OwnersFaultTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@Test
	void killedWorkerGivesBackAndStoppedWorkerDoesNot() {
		redis.commands().lpush("q", message("1"), message("2"), message("3"), message("4"));
		try (TestOwner heir = new TestOwner(redis.endpoint(), "heir", "q");
				ChildProcess worker = OwnerMain.start(redis.port(), 2)) {
			worker.awaitLine("has [1, 2]"::equals);
			heir.take(2).forEach(Delivery::ack);
			worker.signal("STOP");
			heir.awaitRounds(redis.commands(), 12);
			assertThat(redis.commands().llen("q")).isZero();
			assertThat(redis.commands().hkeys("unacked")).hasSize(2).allMatch((tag) -> tag.contains(":child:"));
			worker.signal("CONT");
			heir.awaitRounds(redis.commands(), 6);
			assertThat(redis.commands().hlen("unacked")).isEqualTo(2);
			worker.kill();
			long killed = System.nanoTime();
			List<Delivery> back = heir.take(2);
			assertThat(ids(back)).containsExactlyInAnyOrder("1", "2");
			assertThat(back).allMatch((delivery) -> TestBroker.text(delivery).contains("redelivered"));
			assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(10));
			await().atMost(Duration.ofSeconds(30)).until(() -> !TestOwner.hasRecord(redis.commands(), "child"));
		}
	}

	@Test
	void restartOfRedisGivesNothingAway(@TempDir Path data) {
		String[] durable = { "--appendonly", "yes", "--appendfsync", "always", "--dir", data.toString() };
		EmbeddedRedisServer first = EmbeddedRedisServer.start(0, durable);
		RedisEndpoint endpoint = new RedisEndpoint.Standalone("127.0.0.1", first.port(), 0, null, null, null);
		RedisClient client = RedisClient.create(first.url());
		try (TestOwner worker = new TestOwner(endpoint, "worker", "q");
				TestOwner observer = new TestOwner(endpoint, "observer", "idle")) {
			RedisCommands<String, String> outside = client.connect().sync();
			outside.lpush("q", message("1"), message("2"));
			List<Delivery> deliveries = worker.take(2);
			observer.poll(1, NOW);
			observer.awaitRounds(outside, 3);
			first.close();
			try (EmbeddedRedisServer second = EmbeddedRedisServer.start(first.port(), durable)) {
				await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> outside.hlen("unacked") == 2);
				observer.awaitRounds(outside, 18);
				assertThat(outside.llen("q")).isZero();
				assertThat(deliveries).noneMatch(Delivery::leaseLost);
				deliveries.forEach(Delivery::ack);
				await().atMost(Duration.ofSeconds(30)).until(() -> outside.hlen("unacked") == 0);
				assertThat(second.port()).isEqualTo(first.port());
			}
		}
		finally {
			first.close();
			client.shutdown();
		}
	}

}
