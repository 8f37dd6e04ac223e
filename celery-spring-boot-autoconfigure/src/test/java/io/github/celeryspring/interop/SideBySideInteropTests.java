package io.github.celeryspring.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RecordingTasks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import io.github.celeryspring.testsupport.WorkerProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Python and Java workers on one queue, with tasks that both know.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class SideBySideInteropTests {

	private static final String QUEUE = "shared";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private final Marks marks = new Marks(redis);

	SideBySideInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
	}

	private static PythonWorker.Builder pythonWorker(String name, int visibilityTimeout) {
		return python.worker(name).queues(QUEUE).visibilityTimeout(visibilityTimeout);
	}

	private static JavaApp javaWorker(RecordingTasks tasks, int visibilityTimeout) {
		return JavaApp.builder(redis)
			.queues(QUEUE)
			.visibilityTimeout(Duration.ofSeconds(visibilityTimeout))
			.concurrency(2)
			.tasks((app) -> tasks.handlers())
			.start();
	}

	private static List<String> publish(int number, double seconds) {
		List<String> ids = new ArrayList<>();
		python.run("""
				return [record.apply_async((values["seconds"],), queue="shared").id for _ in range(values["number"])]
				""", Map.of("number", number, "seconds", seconds)).forEach((id) -> ids.add(id.asString()));
		return ids;
	}

	private void assertEachDoneOnce(List<String> ids) {
		this.marks.awaitFinished(ids.size());
		Unacked.awaitNone(redis);
		assertThat(this.marks.all()).filteredOn((mark) -> mark.what().equals("finish"))
			.extracting(Marks.Mark::task)
			.containsExactlyInAnyOrderElementsOf(ids);
	}

	@Test
	void allTasksAreDoneOnceAndBothTakeSome() {
		pythonWorker("python", 3600).start();
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java"); JavaApp app = javaWorker(tasks, 3600)) {
			List<String> ids = publish(200, 0.02);
			assertEachDoneOnce(ids);
			assertThat(this.marks.finishers()).containsExactlyInAnyOrder("java", "python");
			assertThat(this.marks.all()).hasSize(400);
			assertThat(app.celery().result(ids.get(0)).as(String.class).get(Duration.ofSeconds(5))).isIn("java",
					"python");
		}
	}

	@Test
	void sweepersBesideEachOtherGiveEachMessageBackOnce() {
		PythonWorker victim = pythonWorker("victim", 3600).concurrency(1)
			.config("worker_prefetch_multiplier", 100)
			.start();
		List<String> ids = publish(50, 0.1);
		Awaitility.await().until(() -> redis.commands().llen(QUEUE) == 0);
		victim.killOutsideOfKombusGap(redis, QUEUE, ids, this.marks);
		assertThat(redis.commands().hlen("unacked")).isGreaterThan(10);
		Unacked.awaitOlderThan(redis, 1);
		int doneBefore = this.marks.finished().size();
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java"); JavaApp app = javaWorker(tasks, 1)) {
			pythonWorker("python", 1).start();
			this.marks.awaitFinished(ids.size());
			Unacked.awaitNone(redis);
		}
		List<String> finishedAfterwards = this.marks.all()
			.stream()
			.filter((mark) -> mark.what().equals("finish") && !mark.worker().equals("victim"))
			.map(Marks.Mark::task)
			.toList();
		assertThat(finishedAfterwards).doesNotHaveDuplicates();
		assertThat(finishedAfterwards.size() + doneBefore).isBetween(ids.size(), ids.size() + 1);
	}

	@Test
	void aPythonWorkerRunsWhatAKilledJavaWorkerHadFetched() {
		try (WorkerProcess victim = WorkerProcess.prepare(redis, "victim", QUEUE, 1, 1).go()) {
			List<String> ids = publish(3, 30);
			this.marks.awaitStarted(ids.get(0));
			victim.kill();
			assertThat(redis.commands().hlen("unacked")).isPositive();
			Unacked.awaitOlderThan(redis, 1);
			PythonWorker heir = pythonWorker("heir", 1).concurrency(3).start();
			for (String id : ids) {
				this.marks.await("start", id, "heir");
			}
			assertThat(heir.isAlive()).isTrue();
		}
	}

	@Test
	void aJavaWorkerRunsWhatAKilledPythonWorkerHadFetched() {
		PythonWorker victim = pythonWorker("victim", 3600).start();
		List<String> ids = publish(1, 30);
		this.marks.awaitStarted(ids.get(0));
		victim.kill();
		try (WorkerProcess heir = WorkerProcess.prepare(redis, "heir", QUEUE, 1, 1).go()) {
			this.marks.await("start", ids.get(0), "heir");
		}
	}

	@Test
	void aPythonWorkerRunsWhatAStoppedJavaWorkerGaveBack() {
		List<String> ids;
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java"); JavaApp app = javaWorker(tasks, 3600)) {
			ids = publish(20, 0.2);
			this.marks.awaitStarted(ids.get(0));
		}
		assertThat(redis.commands().hlen("unacked")).isZero();
		assertThat(redis.commands().llen(QUEUE)).isPositive();
		pythonWorker("python", 3600).start();
		assertEachDoneOnce(ids);
		assertThat(this.marks.all()).hasSize(40);
	}

	@Test
	void aPythonWorkerRunsWhatAJavaWorkerHadParked() {
		String id;
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java"); JavaApp app = javaWorker(tasks, 1)) {
			id = python.run("return record.apply_async((0,), queue='shared', countdown=2).id").asString();
			Awaitility.await().until(() -> redis.commands().llen(QUEUE) == 0 && redis.commands().hlen("unacked") == 1);
		}
		assertThat(this.marks.all()).isEmpty();
		Unacked.awaitOlderThan(redis, 1);
		PythonWorker heir = pythonWorker("python", 1).start();
		this.marks.await("finish", id, "python");
		Unacked.awaitNone(redis);
		assertThat(heir.isAlive()).isTrue();
	}

	@Test
	void aStoppedPythonWorkerDoesNotTakeTheMessageOfAJavaWorkerAway() {
		PythonWorker frozen = pythonWorker("frozen", 3600).concurrency(1).start();
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java")) {
			String id = python.run("return gate.apply_async(queue='shared').id").asString();
			this.marks.await("start", id, "frozen");
			frozen.process().signal("STOP");
			Unacked.awaitOlderThan(redis, 1);
			try (JavaApp app = javaWorker(tasks, 1)) {
				this.marks.await("start", id, "java");
				frozen.process().signal("CONT");
				redis.commands().rpush("gate:frozen", "open");
				this.marks.await("finish", id, "frozen");
				assertThat(frozen.stop()).isZero();
				assertThat(redis.commands().hlen("unacked")).as("the Java worker's lease").isEqualTo(1);
				redis.commands().rpush("gate:java", "open");
				this.marks.await("finish", id, "java");
				Unacked.awaitNone(redis);
				assertThat(app.celery().result(id).as(String.class).get(Duration.ofSeconds(5))).isEqualTo("frozen");
			}
		}
	}

	@Test
	void aPythonWorkerMinglesAndIsInspectedBesideAJavaWorker() {
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java"); JavaApp app = javaWorker(tasks, 3600)) {
			PythonWorker worker = pythonWorker("python", 3600).mingle().start();
			assertThat(python.run("return app.control.inspect(timeout=1).ping()").toString())
				.isEqualTo("{\"python@localhost\":{\"ok\":\"pong\"}}");
			assertThat(python.run("return app.control.inspect(timeout=1).stats() is not None").asBoolean()).isTrue();
			assertEachDoneOnce(publish(20, 0.01));
			assertThat(worker.stop()).isZero();
		}
	}

}
