package io.github.celeryspring.fault;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import io.github.celeryspring.testsupport.WorkerProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers killed with {@code kill -9}: nothing is lost, and nothing is begun a second
 * time while its first worker lives.
 */
class WorkerKillFaultTests {

	private static final String QUEUE = "faults";

	private static final int VISIBILITY_TIMEOUT = 2;

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

	private WorkerProcess prepare(String name, int concurrency) {
		WorkerProcess process = WorkerProcess.prepare(redis, name, QUEUE, VISIBILITY_TIMEOUT, concurrency);
		this.processes.add(process);
		return process;
	}

	private static Set<String> publish(int number, double seconds) {
		try (JavaApp client = JavaApp.builder(redis).start()) {
			CeleryOperations celery = client.celery();
			List<TaskSignature> signatures = new ArrayList<>();
			for (int i = 0; i < number; i++) {
				signatures.add(celery.task("shared.record").args(seconds).queue(QUEUE).signature());
			}
			Set<String> ids = new HashSet<>();
			for (AsyncResult<?> result : celery.sendAll(signatures)) {
				ids.add(result.id());
			}
			assertThat(ids).hasSize(number);
			return ids;
		}
	}

	@Test
	void nothingIsLostWhenAWorkerIsKilledTwentyTimes() {
		int tasks = 10_000;
		Set<String> ids = publish(tasks, 0.005);
		int[] moments = this.random.ints(20, 10, 9_000).sorted().toArray();
		WorkerProcess current = prepare("life-0", 8).go();
		for (int life = 0; life < moments.length; life++) {
			WorkerProcess next = prepare("life-" + (life + 1), 8);
			awaitMarks(2L * moments[life] + this.random.nextInt(20));
			current.kill();
			this.marks.killed(current.name());
			current = next.go();
		}
		this.marks.awaitFinished(tasks);
		assertAllDone(ids);
	}

	private void awaitMarks(long number) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.marks.count() >= number);
	}

	@Test
	void anotherWorkerFinishesWhatAKilledOneBegan() {
		Set<String> ids = publish(200, 0.03);
		WorkerProcess victim = prepare("victim", 2);
		WorkerProcess companion = prepare("companion", 2);
		victim.go();
		companion.go();
		this.marks.awaitFinishedBy("victim", 5 + this.random.nextInt(40));
		victim.kill();
		this.marks.killed("victim");
		this.marks.awaitFinished(200);
		assertAllDone(ids);
		assertThat(this.marks.finishers()).containsExactlyInAnyOrder("victim", "companion");
	}

	private void assertAllDone(Set<String> ids) {
		String reason = "with -Dcelery.test.seed=" + this.seed;
		Unacked.awaitNone(redis);
		assertThat(this.marks.finished()).as(reason).isEqualTo(ids);
		assertThat(this.marks.startsWhileTheFirstWorkerLived()).as(reason).isEmpty();
		assertThat(redis.commands().keys(QUEUE + "*")).as(reason).isEmpty();
		String[] keys = ids.stream().map((id) -> "celery-task-meta-" + id).toArray(String[]::new);
		assertThat(redis.commands().mget(keys)).as(reason)
			.allSatisfy((document) -> assertThat(document.getValueOrElse("")).contains("SUCCESS"));
	}

}
