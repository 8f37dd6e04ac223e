package io.github.celeryspring.worker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class CeleryWorkerRevokeTests {

	private final TestWorker test = new TestWorker();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.release.countDown();
		this.test.close();
	}

	private void revoke(String id, boolean terminate) {
		this.test.control.revoke(List.of(id), terminate, null);
	}

	private void awaitActive(String id) {
		Awaitility.await()
			.until(() -> this.test.worker.snapshot().active().stream().anyMatch((task) -> task.id().equals(id)));
	}

	private void assertRevoked(String id, String reason) {
		TaskResult result = this.test.results.await(id);
		assertThat(result.state()).isEqualTo(TaskState.REVOKED);
		assertThat(result.result()).isEqualTo(TaskFailure.ofCelery("TaskRevokedError", reason));
	}

	@Test
	void whatIsRevokedIsNotParkedUntilItsTime() {
		this.test.task("t", (context, body) -> "ran").start();
		TestMessage message = TestMessage.of("t").eta(Instant.now().plusSeconds(3600));
		revoke(message.id, false);
		Awaitility.await().until(() -> this.test.results.await(message.id) != null);
		this.test.send(message);
		Awaitility.await().until(() -> this.test.transport.messages("celery").isEmpty());
		this.test.awaitSettled();
		assertRevoked(message.id, "revoked");
		assertThat(this.test.worker.snapshot().totals().parked()).isZero();
	}

	@Test
	void whatWasAcknowledgedEarlyCanBeTerminated() {
		this.test.task("t", (context, body) -> this.release.await(20, TimeUnit.SECONDS))
			.start((options) -> options.acksLate(false));
		String id = this.test.send(TestMessage.of("t"));
		awaitActive(id);
		this.test.awaitSettled();
		revoke(id, true);
		assertRevoked(id, "terminated");
		Awaitility.await().until(() -> this.test.worker.snapshot().active().isEmpty());
	}

	@Test
	void whatATerminatedTaskReturnsIsIgnored() {
		CompletableFuture<String> stage = new CompletableFuture<>();
		this.test.task("t", (context, body) -> {
			try {
				return this.release.await(20, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				return stage.complete(String.valueOf(context.isCancelled())) ? "interrupted" : "twice";
			}
		}).start((options) -> options.trackStarted(true));
		String id = this.test.send(TestMessage.of("t"));
		awaitActive(id);
		revoke(id, true);
		assertThat(stage.join()).isEqualTo("true");
		Awaitility.await().until(() -> this.test.worker.snapshot().active().isEmpty());
		assertThat(this.test.results.history(id)).extracting(TaskResult::state)
			.containsExactly(TaskState.STARTED, TaskState.REVOKED);
		assertThat(this.test.worker.snapshot().totals().processed()).isZero();
	}

	@Test
	void whatATerminatedTaskThrowsIsNotLoggedAsItsFailure(CapturedOutput output) {
		this.test.task("t", (context, body) -> this.release.await(20, TimeUnit.SECONDS)).start();
		String id = this.test.send(TestMessage.of("t"));
		awaitActive(id);
		revoke(id, true);
		Awaitility.await()
			.until(() -> this.test.worker.snapshot().active().isEmpty()
					&& output.toString().contains("[" + id + "] is terminated"));
		assertThat(output).doesNotContain("[" + id + "] failed");
	}

	@Test
	void aStageThatATerminatedTaskReturnedIsCancelled() {
		CompletableFuture<String> stage = new CompletableFuture<>();
		this.test.task("t", (context, body) -> stage).start();
		String id = this.test.send(TestMessage.of("t"));
		awaitActive(id);
		revoke(id, true);
		assertRevoked(id, "terminated");
		Awaitility.await().until(stage::isCancelled);
	}

	/** Each permit comes back, and no interrupt hits the task that comes next. */
	@Test
	void theSlotOfATerminatedTaskGoesOn() {
		this.test.task("t", (context, body) -> this.release.await(20, TimeUnit.SECONDS))
			.task("next", (context, body) -> Thread.currentThread().isInterrupted())
			.start((options) -> options.concurrency(1).prefetchMultiplier(1));
		for (int i = 0; i < 10; i++) {
			String id = this.test.send(TestMessage.of("t"));
			awaitActive(id);
			String next = this.test.send(TestMessage.of("next"));
			revoke(id, true);
			assertThat(this.test.results.await(next).result()).isEqualTo(false);
			assertRevoked(id, "terminated");
		}
		this.test.awaitSettled();
	}

	@Test
	void aTerminatedTaskThatDoesNotEndKeepsOnlyItsSlotAndDoesNotDelayTheStopForLong() {
		this.test.task("hang", (context, body) -> {
			while (this.release.getCount() > 0) {
				Thread.onSpinWait();
			}
			return null;
		}).task("t", (context, body) -> "ran").start((options) -> options.concurrency(2).prefetchMultiplier(1));
		String id = this.test.send(TestMessage.of("hang"));
		awaitActive(id);
		revoke(id, true);
		assertRevoked(id, "terminated");
		this.test.awaitSettled();
		assertThat(this.test.results.await(this.test.send(TestMessage.of("t"))).result()).isEqualTo("ran");
		assertThat(this.test.worker.snapshot().active()).hasSize(1);
		this.test.worker.stop();
		assertThat(this.test.worker.isRunning()).isFalse();
	}

	@Test
	void aTaskWhoseStateSaysThatItRunsElsewhereIsLeftAlone() {
		this.test.task("t", (context, body) -> "ran").start();
		this.test.results
			.store(new TaskResult("elsewhere", TaskState.STARTED, Map.of(), null, List.of(), null, null, null, null));
		revoke("elsewhere", false);
		revoke("nowhere", false);
		assertRevoked("nowhere", "revoked");
		assertThat(this.test.results.find("elsewhere").toCompletableFuture().join().state())
			.isEqualTo(TaskState.STARTED);
	}

}
