package io.github.celeryspring.eta;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.Marks.Mark;
import io.github.celeryspring.testsupport.RecordingTasks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import io.lettuce.core.Range;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Etas of every kind, as a worker takes them.
 */
@Timeout(60)
class EtaIntegrationTests {

	private static final String QUEUE = "waiting";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static RecordingTasks tasks;

	private static JavaApp app;

	private final Marks marks = new Marks(redis);

	@BeforeAll
	static void start() {
		tasks = new RecordingTasks(redis.port(), "java");
		app = JavaApp.builder(redis).queues(QUEUE).tasks((self) -> tasks.handlers()).start();
	}

	@AfterAll
	static void stop() {
		app.close();
		tasks.close();
	}

	private static String sendWithEta(String eta) {
		Instant placeholder = Instant.parse("2030-01-02T03:04:05Z");
		String id = app.celery().task("shared.record").args(0).queue("template").eta(placeholder).send().id();
		String message = redis.commands().rpop("template");
		assertThat(message).contains("\"2030-01-02T03:04:05+00:00\"");
		redis.commands().lpush(QUEUE, message.replace("2030-01-02T03:04:05+00:00", eta));
		return id;
	}

	@Test
	void whatIsPastOrNowIsRunAtOnce() {
		Stream.of("1970-01-01T00:00:00+00:00", "0001-01-01T00:00:00", Instant.now().toString())
			.forEach(EtaIntegrationTests::sendWithEta);
		app.celery().task("shared.record").args(0).queue(QUEUE).countdown(Duration.ZERO).send();
		this.marks.awaitFinished(4);
		Unacked.awaitNone(redis);
	}

	@Test
	void timeWithoutZoneIsUtc() {
		Instant eta = Instant.now().plusMillis(1200);
		String id = sendWithEta(eta.toString().replace("Z", ""));
		this.marks.await("finish", id, "java");
		assertThat(this.marks.all().get(0).millis()).isBetween(eta.toEpochMilli(), eta.toEpochMilli() + 1000);
	}

	@Test
	void lastMomentOfPythonIsWaitedFor() {
		sendWithEta("9999-12-31T23:59:59.999999-12:00");
		sendWithEta("9999-12-31T23:59:59+00:00");
		Awaitility.await()
			.until(() -> redis.commands()
				.zcount("unacked_index", Range.create(253_000_000_000L, 254_000_000_000L)) == 2);
		assertThat(this.marks.all()).isEmpty();
	}

	@Test
	void whatExpiresBeforeItsEtaIsRevoked() {
		Instant now = Instant.now();
		AsyncResult<?> result = app.celery()
			.task("shared.record")
			.args(0)
			.queue(QUEUE)
			.expires(now.plusMillis(700))
			.eta(now.plusMillis(1000))
			.send();
		Awaitility.await().until(() -> result.state() == TaskState.REVOKED);
		Unacked.awaitNone(redis);
		assertThat(this.marks.all()).isEmpty();
	}

	@Test
	void peersGiveItBackEarlyAgainAndAgain() {
		Instant eta = Instant.now().plusMillis(2500);
		AsyncResult<?> result = app.celery().task("shared.record").args(0).queue(QUEUE).eta(eta).send();
		// More often than a message may be delivered without being finished.
		for (int i = 0; i < 10; i++) {
			giveBack();
		}
		this.marks.await("finish", result.id(), "java");
		Unacked.awaitNone(redis);
		List<Mark> all = this.marks.all();
		assertThat(all).hasSize(2);
		assertThat(all.get(0).millis()).isBetween(eta.toEpochMilli(), eta.toEpochMilli() + 1000);
	}

	/** What kombu's sweep does, with a shorter visibility timeout than ours. */
	private static void giveBack() {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.until(() -> redis.commands().hkeys("unacked").stream().anyMatch((tag) -> tag.endsWith(":parked")));
		String tag = redis.commands().hkeys("unacked").get(0);
		String entry = redis.commands().hget("unacked", tag);
		String message = entry.substring(1, entry.lastIndexOf(", \"\""));
		redis.commands().hdel("unacked", tag);
		redis.commands().zrem("unacked_index", tag);
		redis.commands().rpush(QUEUE, message.replace("\"headers\": {", "\"headers\": {\"redelivered\": true, "));
	}

}
