package io.github.celeryspring.worker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.result.ExtendedResult;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.RejectException;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.task.TaskDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What tasks say about themselves: rejected messages, states of their own.
 */
class CeleryWorkerRejectTests {

	private final TestWorker test = new TestWorker();

	@AfterEach
	void stop() {
		this.test.close();
	}

	@Test
	void rejectedMessageIsAFailureAndADeadLetter() {
		this.test.task("t", (context, body) -> {
			throw new RejectException("not mine", false);
		}).start();
		TaskResult result = this.test.results.await(this.test.send(TestMessage.of("t")));
		assertThat(result.state()).isEqualTo(TaskState.FAILURE);
		assertThat(result.result()).isEqualTo(TaskFailure.ofCelery("Reject", "not mine", false));
		assertThat(this.test.deadLetter().headers()).containsEntry(DeadLetterHeaders.REASON, "Rejected by its task")
			.containsEntry("id", result.taskId());
	}

	@Test
	void requeuedMessageRunsAgain() {
		AtomicInteger runs = new AtomicInteger();
		this.test.task("t", (context, body) -> {
			if (runs.incrementAndGet() == 1) {
				throw new RejectException("later", true);
			}
			return context.redelivered();
		}).start();
		String id = this.test.send(TestMessage.of("t"));
		assertThat(this.test.results.await(id).result()).isEqualTo(true);
		assertThat(this.test.results.history(id)).hasSize(1);
	}

	@Test
	void rejectOfAMessageThatIsAcknowledgedStoresTheFailureOnly() {
		this.test.task("t", (context, body) -> {
			throw new RejectException("too late", false);
		}).start((options) -> options.acksLate(false));
		TaskResult result = this.test.results.await(this.test.send(TestMessage.of("t")));
		assertThat(result.result()).isEqualTo(TaskFailure.ofCelery("Reject", "too late", false));
		this.test.awaitSettled();
		assertThat(this.test.transport.messages("celery.dlq")).isEmpty();
		assertThat(this.test.transport.messages("celery")).isEmpty();
	}

	@Test
	void failureThatIsNotAcknowledgedIsADeadLetter() {
		this.test.task("t", (context, body) -> {
			throw new IllegalStateException("no");
		}).start((options) -> options.acksOnFailure(false));
		TaskResult result = this.test.results.await(this.test.send(TestMessage.of("t")));
		assertThat(((TaskFailure) result.result()).type()).isEqualTo("IllegalStateException");
		assertThat(this.test.deadLetter().headers()).containsEntry(DeadLetterHeaders.REASON, "The task failed")
			.containsEntry(DeadLetterHeaders.EXCEPTION, "java.lang.IllegalStateException: no");
		this.test.awaitSettled();
	}

	@Test
	void statesOfItsOwnAreStoredWhileItRuns() {
		CountDownLatch release = new CountDownLatch(1);
		this.test.task("t", (context, body) -> {
			context.updateState("PROGRESS", Map.of("done", 1, "of", 2));
			release.await();
			return "done";
		}).start();
		String id = this.test.send(TestMessage.of("t"));
		await().until(() -> !this.test.results.history(id).isEmpty());
		TaskResult progress = this.test.results.history(id).get(0);
		assertThat(progress.state()).isEqualTo(TaskState.of("PROGRESS"));
		assertThat(progress.result()).isEqualTo(Map.of("done", 1, "of", 2));
		assertThat(progress.dateDone()).isNull();
		release.countDown();
		assertThat(this.test.results.await(id).result()).isEqualTo("done");
	}

	@Test
	void stateAfterTheEndIsNotStoredNorThatOfAnIgnoredResult() {
		AtomicReference<TaskContext> ended = new AtomicReference<>();
		this.test.task("t", (context, body) -> {
			ended.set(context);
			throw new IllegalStateException();
		}).task("quiet", (context, body) -> {
			context.updateState("PROGRESS", null);
			return null;
		}).start();
		String id = this.test.send(TestMessage.of("t"));
		String quiet = this.test.send(TestMessage.of("quiet").ignoreResult(true));
		this.test.results.await(id);
		this.test.awaitSettled();
		ended.get().updateState("PROGRESS", null);
		assertThat(this.test.results.history(id)).extracting((stored) -> stored.state().name())
			.containsExactly("FAILURE");
		assertThat(this.test.results.history(quiet)).isEmpty();
	}

	@Test
	void failureOfAnIgnoredTaskIsStoredIfTheTaskSaysSo() {
		this.test.task(TaskDefinition.builder("t", (context, body) -> {
			throw new IllegalStateException();
		}).options((options) -> options.ignoreResult(true)).storeErrorsEvenIfIgnored(true).build()).start();
		assertThat(this.test.results.await(this.test.send(TestMessage.of("t"))).state()).isEqualTo(TaskState.FAILURE);
	}

	@Test
	void extendedResultTellsAboutTheTask() {
		this.test.task("t", (context, body) -> 1).start((options) -> options.resultExtended(true).trackStarted(true));
		String id = this.test.send(TestMessage.of("t", "a", 2));
		this.test.results.await(id);
		List<TaskResult> history = this.test.results.history(id);
		assertThat(history).hasSize(2).allSatisfy((stored) -> {
			ExtendedResult extended = stored.extended();
			assertThat(extended.name()).isEqualTo("t");
			assertThat(extended.args().toString()).isEqualTo("[\"a\", 2]");
			assertThat(extended.kwargs()).isEmpty();
			assertThat(extended.worker()).isEqualTo("celery@test");
			assertThat(extended.retries()).isZero();
			assertThat(extended.queue()).isEqualTo("celery");
		});
	}

}
