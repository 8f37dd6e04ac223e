package io.github.celeryspring.eta;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Very many messages wait for their time: a Spring Boot worker with a small heap parks
 * all of them, starts again without reading them, and runs what is due.
 */
abstract class ManyParkedMessages {

	private static final String QUEUE = "waiting";

	private static final int SINGLES = 100;

	private static final int PADDING = 100;

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final int waiting;

	private final int together;

	private final int megabytes;

	private EtaWorkerProcess worker;

	/**
	 * Sets the size of the test.
	 * @param waiting how many messages wait for a day
	 * @param together how many are due at the same moment
	 * @param megabytes the heap of the worker
	 */
	ManyParkedMessages(int waiting, int together, int megabytes) {
		this.waiting = waiting;
		this.together = together;
		this.megabytes = megabytes;
	}

	@AfterEach
	void endWorker() {
		if (this.worker != null) {
			this.worker.close();
		}
	}

	@Test
	void costAWorkerNextToNothing() {
		redis.commands().configSet("slowlog-max-len", "1000");
		EtaMessages.send(redis, QUEUE, "far", this.waiting, Instant.now().plus(Duration.ofDays(1)), PADDING);
		redis.commands().configSet("slowlog-log-slower-than", "10000");
		redis.commands().slowlogReset();
		start();
		report("to park " + this.waiting, awaiting(() -> isParked(this.waiting)));
		this.worker.kill();
		redis.commands().configResetstat();
		report("to start again", start());
		assertThat(redis.commands().info("commandstats")).doesNotContain("hget", "hscan", "hvals", "hkeys", "zscan");
		runsSinglesOnTime();
		runsThoseThatAreDueTogetherOnce();
		report("in use afterwards: " + this.worker.heap());
		assertThat(isParked(this.waiting)).isTrue();
		report("us: the slowest call, of " + redis.commands().slowlogLen() + " above 10 ms", slowestCallMicros());
	}

	private long start() {
		long begin = System.nanoTime();
		this.worker = EtaWorkerProcess.start(redis, QUEUE, this.megabytes, "celery.worker-concurrency=2");
		return (System.nanoTime() - begin) / 1_000_000;
	}

	private void runsSinglesOnTime() {
		Map<String, Instant> due = new HashMap<>();
		try (JavaApp client = JavaApp.builder(redis).start()) {
			for (int i = 0; i < SINGLES; i++) {
				Instant eta = Instant.now().plusMillis(ThreadLocalRandom.current().nextLong(500, 2000));
				due.put(client.celery().task("eta.run").args("").queue(QUEUE).eta(eta).send().id(), eta);
			}
		}
		awaiting(() -> ran() >= SINGLES);
		long latest = 0;
		for (String mark : redis.commands().lrange(EtaWorkerMain.RAN, 0, -1)) {
			Instant eta = due.remove(id(mark));
			assertThat(eta).as("run only once: " + mark).isNotNull();
			assertThat(moment(mark)).isGreaterThanOrEqualTo(eta.toEpochMilli());
			latest = Math.max(latest, moment(mark) - eta.toEpochMilli());
		}
		report("late, the latest of " + SINGLES + " at random times", latest);
		assertThat(latest).isLessThan(1000);
		redis.commands().del(EtaWorkerMain.RAN);
	}

	private void runsThoseThatAreDueTogetherOnce() {
		Instant due = Instant.now().plusSeconds(3 + this.together / 4000);
		EtaMessages.send(redis, QUEUE, "due", this.together, due, PADDING);
		awaiting(() -> isParked(this.waiting + this.together));
		assertThat(Instant.now()).as("parked in time").isBefore(due);
		awaiting(() -> ran() >= this.together && isParked(this.waiting));
		List<String> marks = new ArrayList<>(redis.commands().lrange(EtaWorkerMain.RAN, 0, -1));
		assertThat(marks).extracting(ManyParkedMessages::id).hasSize(this.together).doesNotHaveDuplicates();
		report("late, the first of " + this.together, moment(marks.get(0)) - due.toEpochMilli());
		report("late, the last of " + this.together, moment(marks.get(marks.size() - 1)) - due.toEpochMilli());
	}

	/** Waits; the milliseconds that it took. */
	private long awaiting(BooleanSupplier condition) {
		long begin = System.nanoTime();
		Awaitility.await().atMost(Duration.ofMinutes(10)).pollInterval(Duration.ofMillis(50)).until(() -> {
			assertThat(this.worker.isAlive()).as(() -> this.worker.log()).isTrue();
			return condition.getAsBoolean();
		});
		return (System.nanoTime() - begin) / 1_000_000;
	}

	private static boolean isParked(long number) {
		return redis.commands().llen(QUEUE) == 0 && redis.commands().hlen("unacked") == number;
	}

	private static long ran() {
		return redis.commands().llen(EtaWorkerMain.RAN);
	}

	private static String id(String mark) {
		return mark.substring(0, mark.indexOf(' '));
	}

	private static long moment(String mark) {
		return Long.parseLong(mark.substring(mark.indexOf(' ') + 1));
	}

	private static long slowestCallMicros() {
		long slowest = 0;
		for (Object entry : redis.commands().slowlogGet(1000)) {
			slowest = Math.max(slowest, (Long) ((List<?>) entry).get(2));
		}
		return slowest;
	}

	private static void report(String what, long number) {
		report(number + ((what.startsWith("us")) ? " " : " ms ") + what);
	}

	private static void report(String line) {
		System.out.println("[parked] " + line);
	}

}
