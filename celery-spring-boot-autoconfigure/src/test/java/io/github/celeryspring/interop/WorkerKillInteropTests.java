package io.github.celeryspring.interop;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import io.github.celeryspring.testsupport.WorkerProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code kill -9} in the middle of 200 tasks, with another worker beside the victim.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class WorkerKillInteropTests {

	private static final String QUEUE = "shared";

	private static final int VISIBILITY_TIMEOUT = 2;

	private static final int TASKS = 200;

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private final Marks marks = new Marks(redis);

	private final int doneBeforeTheKill = ThreadLocalRandom.current().nextInt(3, 20);

	private WorkerProcess java;

	WorkerKillInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
	}

	@AfterEach
	void endJava() {
		if (this.java != null) {
			this.java.close();
		}
	}

	private void startJava(String name) {
		this.java = WorkerProcess.prepare(redis, name, QUEUE, VISIBILITY_TIMEOUT, 2).go();
	}

	private static PythonWorker startPython(String name) {
		return python.worker(name).queues(QUEUE).concurrency(2).visibilityTimeout(VISIBILITY_TIMEOUT).start();
	}

	private static Set<String> publish() {
		JsonNode sent = python.run("""
				return [record.apply_async((0.03,), queue="shared").id for _ in range(values["number"])]
				""", Map.of("number", TASKS));
		Set<String> ids = new HashSet<>();
		sent.forEach((id) -> ids.add(id.asString()));
		return ids;
	}

	@Test
	void aJavaWorkerIsKilledBesideAPythonWorker() {
		startJava("java-victim");
		startPython("python-companion");
		Set<String> ids = publish();
		this.marks.awaitFinishedBy("java-victim", this.doneBeforeTheKill);
		this.java.kill();
		this.marks.killed("java-victim");
		// The companion is done with its own when nothing younger is left. It sweeps too
		// seldom for a test before kombu 5.7, a new worker at once.
		Unacked.awaitOlderThan(redis, VISIBILITY_TIMEOUT);
		startPython("python-heir");
		assertAllDone(ids);
		assertThat(this.marks.finishers()).contains("java-victim", "python-companion");
	}

	@Test
	void aPythonWorkerIsKilledBesideAJavaWorker() {
		PythonWorker victim = startPython("python-victim");
		startJava("java-companion");
		Set<String> ids = publish();
		this.marks.awaitFinishedBy("python-victim", this.doneBeforeTheKill);
		victim.killOutsideOfKombusGap(redis, QUEUE, ids, this.marks);
		this.marks.killed("python-victim");
		assertAllDone(ids);
		assertThat(this.marks.finishers()).containsExactlyInAnyOrder("python-victim", "java-companion");
		assertThat(this.java.isAlive()).isTrue();
	}

	private void assertAllDone(Set<String> ids) {
		String reason = "killed after " + this.doneBeforeTheKill + "; log of the Java worker: " + this.java.log();
		this.marks.awaitFinished(TASKS);
		Unacked.awaitNone(redis);
		assertThat(this.marks.finished()).as(reason).isEqualTo(ids);
		assertThat(this.marks.startsWhileTheFirstWorkerLived()).as(reason).isEmpty();
		assertThat(redis.commands().llen(QUEUE)).as(reason).isZero();
		String[] keys = ids.stream().map((id) -> "celery-task-meta-" + id).toArray(String[]::new);
		assertThat(redis.commands().mget(keys)).as(reason)
			.allSatisfy((document) -> assertThat(document.getValueOrElse("")).contains("SUCCESS"));
	}

}
