package io.github.celeryspring.fault;

import java.time.Duration;

import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import io.github.celeryspring.testsupport.WorkerProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A worker stopped (SIGSTOP, a very long pause) for longer than the visibility timeout.
 */
class WorkerFreezeFaultTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String QUEUE = "faults";

	private static final int VISIBILITY_TIMEOUT = 1;

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final Marks marks = new Marks(redis);

	private static AsyncResult<String> send(JavaApp client, String task, Object... args) {
		return client.celery().task(task).args(args).queue(QUEUE).returning(String.class).send();
	}

	private static void openGate(String worker) {
		redis.commands().rpush("gate:" + worker, "open");
	}

	@Test
	void itsLateAckAndResultDoNoHarm() {
		try (JavaApp client = JavaApp.builder(redis).start();
				WorkerProcess frozen = WorkerProcess.prepare(redis, "frozen", QUEUE, VISIBILITY_TIMEOUT, 2);
				WorkerProcess heir = WorkerProcess.prepare(redis, "heir", QUEUE, VISIBILITY_TIMEOUT, 1)) {
			frozen.go();
			AsyncResult<String> gate = send(client, "shared.gate");
			this.marks.await("start", gate.id(), "frozen");
			frozen.freeze();
			Unacked.awaitOlderThan(redis, VISIBILITY_TIMEOUT);
			heir.go();
			this.marks.await("start", gate.id(), "heir");
			frozen.thaw();
			openGate("frozen");
			assertThat(gate.get(PATIENCE)).isEqualTo("frozen");
			// The heir is busy, so this one shows that the thawed worker lives, and its
			// ack
			// is written after the late one.
			assertThat(send(client, "shared.record", 0).get(PATIENCE)).isEqualTo("frozen");
			await("the heir's lease").until(() -> redis.commands().hlen("unacked") == 1);
			openGate("heir");
			this.marks.await("finish", gate.id(), "heir");
			Unacked.awaitNone(redis);
			assertThat(gate.get(PATIENCE)).isEqualTo("frozen");
			assertThat(this.marks.finished()).hasSize(2);
			assertThat(frozen.isAlive()).isTrue();
		}
	}

	@Test
	void aTaskLongerThanTheVisibilityTimeoutRunsOnce() {
		try (JavaApp client = JavaApp.builder(redis).start();
				WorkerProcess busy = WorkerProcess.prepare(redis, "busy", QUEUE, VISIBILITY_TIMEOUT, 1);
				WorkerProcess idle = WorkerProcess.prepare(redis, "idle", QUEUE, VISIBILITY_TIMEOUT, 1)) {
			busy.go();
			AsyncResult<String> result = send(client, "shared.record", 4);
			this.marks.await("start", result.id(), "busy");
			idle.go();
			assertThat(result.get(PATIENCE)).isEqualTo("busy");
			Unacked.awaitNone(redis);
			assertThat(this.marks.all()).hasSize(2);
		}
	}

}
