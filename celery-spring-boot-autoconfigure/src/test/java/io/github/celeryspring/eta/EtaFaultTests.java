package io.github.celeryspring.eta;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongUnaryOperator;

import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.Marks.Mark;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import io.github.celeryspring.testsupport.WorkerProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers killed with {@code kill -9} while messages wait for their time.
 */
@Timeout(120)
class EtaFaultTests {

	private static final String QUEUE = "waiting";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final long seed = Long.getLong("celery.test.seed", System.nanoTime());

	private final Random random = new Random(this.seed);

	private final Deque<WorkerProcess> processes = new ArrayDeque<>();

	private final Marks marks = new Marks(redis);

	@AfterEach
	void endProcesses() {
		this.processes.forEach(WorkerProcess::close);
	}

	private WorkerProcess prepare(String name, int visibilityTimeout) {
		WorkerProcess process = WorkerProcess.prepare(redis, name, QUEUE, visibilityTimeout, 2);
		this.processes.add(process);
		return process;
	}

	/** Sends tasks; their etas by their ids. */
	private static Map<String, Instant> send(int number, LongUnaryOperator millisFromNow) {
		try (JavaApp client = JavaApp.builder(redis).start()) {
			Instant now = Instant.now();
			Map<Integer, Instant> etas = new HashMap<>();
			List<TaskSignature> signatures = new ArrayList<>();
			for (int i = 0; i < number; i++) {
				Instant eta = now.plusMillis(millisFromNow.applyAsLong(i));
				etas.put(i, eta);
				signatures.add(client.celery().task("shared.record").args(0).queue(QUEUE).eta(eta).signature());
			}
			Map<String, Instant> due = new HashMap<>();
			List<? extends AsyncResult<?>> results = client.celery().sendAll(signatures);
			for (int i = 0; i < number; i++) {
				due.put(results.get(i).id(), etas.get(i));
			}
			return due;
		}
	}

	@Test
	void aPeerRunsOnTimeWhatAKilledWorkerHadParked() {
		WorkerProcess victim = prepare("victim", 3600);
		WorkerProcess heir = prepare("heir", 3600).go();
		victim.go();
		Map<String, Instant> due = send(60, (i) -> 2000 + 40 * i);
		Awaitility.await()
			.until(() -> redis.commands().hlen("unacked") == 60
					&& redis.commands().hkeys("unacked").stream().allMatch((tag) -> tag.endsWith(":parked")));
		victim.kill();
		this.marks.killed("victim");
		assertAllDone(due);
		assertThat(starts("heir")).hasSize(60)
			.allSatisfy((mark) -> assertThat(mark.millis()).isLessThan(due.get(mark.task()).toEpochMilli() + 1000));
		assertThat(heir.isAlive()).isTrue();
	}

	@Test
	void eachIsRunOnceAlthoughWorkersAreKilledWhileTheyParkAndRestore() {
		WorkerProcess first = prepare("first", 2);
		WorkerProcess second = prepare("second", 2);
		WorkerProcess third = prepare("third", 2);
		Map<String, Instant> due = send(3000, (i) -> 4000 + 500 * (i % 3));
		first.go();
		long left = 200 + this.random.nextInt(2600);
		Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> redis.commands().llen(QUEUE) < left);
		kill(first);
		second.go();
		int done = 1 + this.random.nextInt(1500);
		this.marks.awaitCount(2L * done);
		kill(second);
		third.go();
		assertAllDone(due);
	}

	private void kill(WorkerProcess worker) {
		worker.kill();
		this.marks.killed(worker.name());
	}

	private List<Mark> starts(String worker) {
		return this.marks.all()
			.stream()
			.filter((mark) -> mark.what().equals("start") && mark.worker().equals(worker))
			.toList();
	}

	private void assertAllDone(Map<String, Instant> due) {
		String reason = "with -Dcelery.test.seed=" + this.seed;
		this.marks.awaitFinished(due.size());
		Unacked.awaitNone(redis);
		assertThat(this.marks.finished()).as(reason).isEqualTo(due.keySet());
		assertThat(this.marks.startsWhileTheFirstWorkerLived()).as(reason).isEmpty();
		assertThat(this.marks.all()).filteredOn((mark) -> mark.what().equals("start"))
			.allSatisfy((mark) -> assertThat(mark.millis()).as(reason)
				.isGreaterThanOrEqualTo(due.get(mark.task()).toEpochMilli()));
	}

}
