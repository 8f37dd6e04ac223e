package io.github.celeryspring.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(20)
@ExtendWith(OutputCaptureExtension.class)
class CeleryWorkerTests {

	private final TestWorker test = new TestWorker();

	@AfterEach
	void stop() {
		this.test.close();
	}

	@Test
	void storesWhatTheTaskReturns() {
		this.test.task("add", (context, body) -> {
			context.addChild(ResultTree.task("child"));
			return body.args().size();
		}).start();
		Instant before = Instant.now();
		String id = this.test.send(TestMessage.of("add", 1, 2).group("g").parentId("p"));
		TaskResult result = this.test.results.await(id);
		assertThat(result.state()).isEqualTo(TaskState.SUCCESS);
		assertThat(result.result()).isEqualTo(2);
		assertThat(result.traceback()).isNull();
		assertThat(result.children()).containsExactly(ResultTree.task("child"));
		assertThat(result.dateDone()).isBetween(before, Instant.now());
		assertThat(result.groupId()).isEqualTo("g");
		assertThat(result.parentId()).isEqualTo("p");
		this.test.awaitSettled();
	}

	@Test
	void taskSeesItsContext() {
		CompletableFuture<TaskContext> seen = new CompletableFuture<>();
		this.test.task("t", (context, body) -> {
			assertThat(TaskContext.current()).isSameAs(context);
			seen.complete(context);
			return null;
		}).start();
		TestMessage message = TestMessage.of("t").header("x-tenant", "a").group("g").parentId("p");
		this.test.results.await(this.test.send(message));
		TaskContext context = seen.join();
		assertThat(context.id()).isEqualTo(message.id);
		assertThat(context.taskName()).isEqualTo("t");
		assertThat(context.queue()).isEqualTo("celery");
		assertThat(context.headers()).containsEntry("x-tenant", "a");
		assertThat(context.rootId()).isEqualTo(message.id);
		assertThat(context.parentId()).isEqualTo("p");
		assertThat(context.groupId()).isEqualTo("g");
		assertThat(context.retries()).isZero();
		assertThat(context.redelivered()).isFalse();
		assertThat(context.leaseLost()).isFalse();
	}

	@Test
	void storesWhatTheTaskThrows() {
		this.test.task("t", (context, body) -> {
			throw new IllegalStateException("boom");
		}).start();
		TaskResult result = this.test.results.await(this.test.send(TestMessage.of("t")));
		assertThat(result.state()).isEqualTo(TaskState.FAILURE);
		assertThat(result.result()).isEqualTo(new TaskFailure("IllegalStateException", List.of("boom"), "java.lang"));
		assertThat(result.traceback()).contains("boom").contains("CeleryWorkerTests");
		this.test.awaitSettled();
	}

	@ParameterizedTest
	@ValueSource(classes = { StackOverflowError.class, OutOfMemoryError.class, NoClassDefFoundError.class,
			InterruptedException.class })
	void survivesWhateverTheTaskThrows(Class<? extends Throwable> type) {
		this.test.task("t", (context, body) -> {
			throw sneaky(type.getDeclaredConstructor().newInstance());
		}).task("interrupt", (context, body) -> {
			Thread.currentThread().interrupt();
			return null;
		})
			.task("ok", (context, body) -> Thread.currentThread().isInterrupted())
			.start((options) -> options.concurrency(1));
		TaskResult result = this.test.results.await(this.test.send(TestMessage.of("t")));
		assertThat(((TaskFailure) result.result()).type()).isEqualTo(type.getSimpleName());
		this.test.send(TestMessage.of("interrupt"));
		assertThat(this.test.results.await(this.test.send(TestMessage.of("ok"))).result()).isEqualTo(false);
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> Exception sneaky(Throwable thrown) throws T {
		throw (T) thrown;
	}

	@Test
	void waitsForAReturnedStageAndHoldsTheSlotMeanwhile() {
		CompletableFuture<String> stage = new CompletableFuture<>();
		this.test.task("stage", (context, body) -> {
			Thread.currentThread().interrupt();
			return stage;
		}).task("t", (context, body) -> 1).start((options) -> options.concurrency(1));
		String staged = this.test.send(TestMessage.of("stage"));
		await().until(() -> !this.test.worker.snapshot().active().isEmpty());
		String behind = this.test.send(TestMessage.of("t"));
		assertThat(this.test.worker.snapshot().active()).extracting("id").containsExactly(staged);
		assertThat(this.test.results.history(behind)).isEmpty();
		stage.complete("later");
		assertThat(this.test.results.await(staged).result()).isEqualTo("later");
		assertThat(this.test.results.await(behind).result()).isEqualTo(1);
	}

	@Test
	void failedStageFailsTheTaskWithItsCause() {
		this.test
			.task("stage",
					(context, body) -> CompletableFuture.completedFuture(1).thenApply((one) -> List.of().get(one)))
			.start();
		TaskResult result = this.test.results.await(this.test.send(TestMessage.of("stage")));
		assertThat(((TaskFailure) result.result()).type()).isEqualTo("ArrayIndexOutOfBoundsException");
	}

	@Test
	void unknownTaskFailsAndGoesToTheDeadLetters(CapturedOutput output) {
		this.test.start();
		String id = this.test.send(TestMessage.of("nobody.knows", 1).header("x-tenant", "a"));
		TaskResult result = this.test.results.await(id);
		assertThat(result.result()).isEqualTo(TaskFailure.ofCelery("NotRegistered", "nobody.knows"));
		KombuMessage letter = this.test.deadLetter();
		assertThat(letter.headers()).containsEntry("task", "nobody.knows")
			.containsEntry("id", id)
			.containsEntry("x-tenant", "a")
			.containsEntry(DeadLetterHeaders.QUEUE, "celery")
			.containsKeys(DeadLetterHeaders.REASON, DeadLetterHeaders.TIME);
		assertThat(letter.properties().deliveryInfo().routingKey()).isEqualTo("celery.dlq");
		this.test.awaitSettled();
		assertThat(output.toString().lines().filter((line) -> line.contains("nobody.knows") && line.contains("ERROR")))
			.hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "garbage", "{}", "[]", "",
			"{\"body\": \"W10=\", \"content-type\": \"application/json\", \"content-encoding\": \"utf-8\","
					+ " \"headers\": {\"task\": \"t\"}, \"properties\": {\"body_encoding\": \"base64\"}}" })
	void messageThatCannotBeDecodedGoesToTheDeadLettersAndTheWorkerLivesOn(String payload) {
		this.test.task("t", (context, body) -> 1).start();
		this.test.transport.push("celery", payload.getBytes());
		KombuMessage letter = this.test.deadLetter();
		assertThat(letter.headers())
			.containsKeys(DeadLetterHeaders.REASON, DeadLetterHeaders.EXCEPTION, DeadLetterHeaders.TIME)
			.containsEntry(DeadLetterHeaders.QUEUE, "celery");
		assertThat(letter.properties().deliveryTag()).isNotEmpty();
		assertThat(letter.contentType()).isEqualTo("application/data");
		assertThat(letter.body()).isEqualTo(payload.getBytes());
		assertThat(this.test.results.await(this.test.send(TestMessage.of("t"))).result()).isEqualTo(1);
		assertThat(this.test.worker.snapshot().totals().deadLettered()).isEqualTo(1);
	}

	@Test
	void expiredTaskIsRevokedAndNotRun() {
		AtomicInteger runs = new AtomicInteger();
		this.test.task("t", (context, body) -> runs.incrementAndGet()).start();
		String id = this.test.send(TestMessage.of("t").expires(Instant.now().minusMillis(1)));
		TaskResult result = this.test.results.await(id);
		assertThat(result.state()).isEqualTo(TaskState.REVOKED);
		assertThat(result.result()).isEqualTo(TaskFailure.ofCelery("TaskRevokedError", "expired"));
		this.test.awaitSettled();
		assertThat(this.test.transport.messages("celery.dlq")).isEmpty();
		assertThat(runs).hasValue(0);
	}

	@Test
	void earlyTaskIsParkedWithoutASlotAndRunWhenDue() {
		CompletableFuture<Instant> ran = new CompletableFuture<>();
		this.test.task("t", (context, body) -> ran.complete(Instant.now()))
			.task("other", (context, body) -> 1)
			.start((options) -> options.concurrency(1).prefetchMultiplier(1));
		Instant eta = Instant.now().plusMillis(700);
		this.test.send(TestMessage.of("t").eta(eta));
		assertThat(this.test.results.await(this.test.send(TestMessage.of("other"))).result()).isEqualTo(1);
		assertThat(ran).isNotDone();
		assertThat(ran.join()).isBetween(eta, eta.plusSeconds(5));
		assertThat(this.test.worker.snapshot().totals().parked()).isEqualTo(1);
	}

	@Test
	void earlyAckIsConfirmedBeforeTheTaskRuns() {
		AtomicInteger unacked = new AtomicInteger(-1);
		this.test.task("t", (context, body) -> {
			unacked.set((int) this.test.transport.unacked());
			return 1;
		}).start((options) -> options.acksLate(false));
		this.test.results.await(this.test.send(TestMessage.of("t")));
		assertThat(unacked).hasValue(0);
	}

	@Test
	void taskDoesNotRunWhileItsEarlyAckIsNotConfirmed() {
		AtomicInteger runs = new AtomicInteger();
		this.test.task("t", (context, body) -> runs.incrementAndGet()).task("block", (context, body) -> {
			await().until(() -> this.test.worker.snapshot().reserved() == 1);
			this.test.transport.fail();
			return 1;
		}).start((options) -> options.acksLate(false).concurrency(1).prefetchMultiplier(2));
		this.test.send(TestMessage.of("block"));
		String id = this.test.send(TestMessage.of("t"));
		await().until(() -> this.test.worker.snapshot().active().stream().anyMatch((task) -> task.id().equals(id)));
		assertThat(runs).hasValue(0);
		this.test.transport.recover();
		assertThat(this.test.results.await(id).result()).isEqualTo(1);
	}

	@Test
	void earlyAckThatCameTooLateForbidsTheTask(CapturedOutput output) {
		AtomicInteger runs = new AtomicInteger();
		this.test.transport.loseLeases();
		this.test.task("t", (context, body) -> runs.incrementAndGet()).start((options) -> options.acksLate(false));
		this.test.send(TestMessage.of("t"));
		await().untilAsserted(() -> assertThat(output).contains("may have been given to another worker"));
		this.test.awaitSettled();
		assertThat(runs).hasValue(0);
	}

	@Test
	void lateAckTaskWithALostLeaseIsFinishedAndStored() {
		this.test.transport.loseLeases();
		this.test.task("t", (context, body) -> context.leaseLost()).start();
		assertThat(this.test.results.await(this.test.send(TestMessage.of("t"))).result()).isEqualTo(true);
	}

	@Test
	void lateAckComesAfterTheResult() {
		CountDownLatch release = new CountDownLatch(1);
		this.test.task("t", (context, body) -> release.await(10, TimeUnit.SECONDS)).start();
		this.test.send(TestMessage.of("t"));
		await().until(() -> !this.test.worker.snapshot().active().isEmpty());
		assertThat(this.test.transport.unacked()).isEqualTo(1);
		release.countDown();
		this.test.awaitSettled();
	}

	@Test
	void ignoredResultIsNotStoredAndStartedNeither() {
		this.test
			.task(TaskDefinition.builder("quiet", (context, body) -> 1)
				.options((options) -> options.ignoreResult(true))
				.trackStarted(true)
				.build())
			.task(TaskDefinition.builder("fails", (context, body) -> {
				throw new IllegalStateException();
			}).options((options) -> options.ignoreResult(true)).build())
			.start();
		String quiet = this.test.send(TestMessage.of("quiet"));
		String fails = this.test.send(TestMessage.of("fails"));
		String asked = this.test.send(TestMessage.of("quiet").ignoreResult(false));
		this.test.results.await(asked);
		this.test.awaitSettled();
		assertThat(this.test.results.history(quiet)).isEmpty();
		assertThat(this.test.results.history(fails)).isEmpty();
		assertThat(this.test.results.history(asked)).extracting((result) -> result.state().name())
			.containsExactly("STARTED", "SUCCESS");
		await().untilAsserted(() -> assertThat(this.test.worker.snapshot().totals().processed()).isEqualTo(3));
	}

	@Test
	void startedIsStoredWithProcessAndNode() {
		this.test.task("t", (context, body) -> 1).start((options) -> options.trackStarted(true));
		String id = this.test.send(TestMessage.of("t"));
		this.test.results.await(id);
		TaskResult started = this.test.results.history(id).get(0);
		assertThat(started.state()).isEqualTo(TaskState.STARTED);
		assertThat(started.result()).isEqualTo(Map.of("pid", ProcessHandle.current().pid(), "hostname", "celery@test"));
		assertThat(started.dateDone()).isNull();
	}

	@Test
	void resultThatCannotBeSerializedFailsTheTask() {
		this.test.task("t", (context, body) -> new Object() {
			@SuppressWarnings("unused")
			public Object getSelf() {
				return this;
			}
		}).start();
		TaskResult result = this.test.results.await(this.test.send(TestMessage.of("t")));
		assertThat(result.state()).isEqualTo(TaskState.FAILURE);
		assertThat(((TaskFailure) result.result()).type()).isEqualTo("EncodeError");
		assertThat(((TaskFailure) result.result()).module()).isEqualTo("kombu.exceptions");
		this.test.awaitSettled();
		assertThat(this.test.worker.snapshot().totals().failed()).isEqualTo(1);
	}

	@Test
	void resultThatIsRefusedForGoodBecomesASmallFailureAndTheMessageIsDone() {
		this.test.results.refuse((result) -> result.state().equals(TaskState.SUCCESS));
		this.test.task("t", (context, body) -> 1).start();
		TaskResult result = this.test.results.await(this.test.send(TestMessage.of("t")));
		assertThat(((TaskFailure) result.result()).type()).isEqualTo("BackendStoreError");
		this.test.awaitSettled();
		assertThat(this.test.transport.messages("celery")).isEmpty();
	}

	@Test
	void messageIsDoneEvenIfNothingCanBeStored() {
		this.test.results.refuse((result) -> true);
		this.test.task("t", (context, body) -> 1).start();
		this.test.send(TestMessage.of("t"));
		await().until(() -> this.test.worker.snapshot().totals().succeeded() == 1);
		this.test.awaitSettled();
		assertThat(this.test.transport.messages("celery")).isEmpty();
	}

	@Test
	void snapshotTellsWhatRunsAndWhatWaits() {
		CountDownLatch release = new CountDownLatch(1);
		this.test.task("t", (context, body) -> release.await(10, TimeUnit.SECONDS))
			.start((options) -> options.concurrency(1).prefetchMultiplier(3));
		String first = this.test.send(TestMessage.of("t"));
		this.test.send(TestMessage.of("t"));
		this.test.send(TestMessage.of("t"));
		this.test.send(TestMessage.of("t"));
		await().until(() -> this.test.worker.snapshot().reserved() == 2);
		WorkerSnapshot snapshot = this.test.worker.snapshot();
		assertThat(snapshot.nodename()).isEqualTo("celery@test");
		assertThat(snapshot.state()).isEqualTo(State.CONSUMING);
		assertThat(snapshot.lastPoll()).isBetween(Instant.now().minus(Duration.ofSeconds(15)), Instant.now());
		assertThat(snapshot.queues()).containsExactly("celery");
		assertThat(snapshot.concurrency()).isEqualTo(1);
		assertThat(snapshot.prefetchLimit()).isEqualTo(3);
		assertThat(snapshot.active()).singleElement()
			.satisfies((active) -> assertThat(active.id() + active.name()).isEqualTo(first + "t"));
		assertThat(this.test.transport.messages("celery")).hasSize(1);
		release.countDown();
		await().until(() -> this.test.worker.snapshot().totals().succeeded() == 4);
	}

}
