package io.github.celeryspring.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.RetryPolicy;
import io.github.celeryspring.task.SoftTimeLimitExceededException;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class CeleryWorkerTimeLimitTests {

	private static final Duration SOON = Duration.ofMillis(50);

	private static final TaskFailure SOFT = new TaskFailure("SoftTimeLimitExceeded", List.of(), "billiard.exceptions");

	private static final TaskFailure HARD = new TaskFailure("TimeLimitExceeded", List.of(0.05), "billiard.exceptions");

	private final TestWorker test = new TestWorker();

	private final CountDownLatch never = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.never.countDown();
		this.test.close();
	}

	private TestWorker soft(TaskHandler handler) {
		return this.test
			.task(TaskDefinition.builder("t", handler).options((options) -> options.softTimeLimit(SOON)).build());
	}

	private TestWorker hard(TaskHandler handler) {
		return this.test
			.task(TaskDefinition.builder("t", handler).options((options) -> options.timeLimit(SOON)).build());
	}

	private TaskResult run() {
		return this.test.results.await(this.test.send(TestMessage.of("t")));
	}

	/** Goes on whatever interrupts it. */
	private Object hang() {
		boolean released = false;
		while (!released) {
			try {
				this.never.await();
				released = true;
			}
			catch (InterruptedException ex) {
				Thread.yield();
			}
		}
		return "too late";
	}

	@Test
	void interruptAtTheSoftLimitFailsTheTask() {
		soft((context, body) -> {
			this.never.await();
			return null;
		}).start();
		TaskResult result = run();
		assertThat(result.state()).isEqualTo(TaskState.FAILURE);
		assertThat(result.result()).isEqualTo(SOFT);
		assertThat(result.traceback()).contains("SoftTimeLimitExceeded", "Caused by: java.lang.InterruptedException");
		this.test.awaitSettled();
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void soItIsOnVirtualThreads() {
		soft((context, body) -> {
			this.never.await();
			return null;
		}).start((options) -> options.virtualThreads(true));
		assertThat(run().result()).isEqualTo(SOFT);
	}

	@Test
	void whateverItThrowsThenIsTheSoftLimit() {
		soft((context, body) -> {
			try {
				this.never.await();
				return null;
			}
			catch (InterruptedException ex) {
				throw new IOException("cut");
			}
		}).start();
		assertThat(run().result()).isEqualTo(SOFT);
	}

	@Test
	void taskThatReturnsAfterTheSoftLimitHasSucceeded() {
		soft((context, body) -> {
			try {
				this.never.await();
				return "complete";
			}
			catch (InterruptedException ex) {
				return "incomplete, cancelled: " + context.isCancelled();
			}
		}).start();
		assertThat(run().result()).isEqualTo("incomplete, cancelled: true");
	}

	@Test
	void taskMayAskForARetryAtTheSoftLimit() {
		soft((context, body) -> {
			try {
				if (context.retries() == 1) {
					return "second attempt";
				}
				this.never.await();
				return null;
			}
			catch (InterruptedException ex) {
				throw context.retry(new SoftTimeLimitExceededException(), (retry) -> retry.countdown(Duration.ZERO));
			}
		}).start();
		TaskResult result = run();
		assertThat(result.result()).isEqualTo("second attempt");
		assertThat(this.test.results.history(result.taskId()).get(0).result()).isEqualTo(SOFT);
	}

	@Test
	void softLimitIsRetriedByItselfIfAskedFor() {
		AtomicInteger runs = new AtomicInteger();
		RetryPolicy policy = new RetryPolicy(List.of(SoftTimeLimitExceededException.class), List.of(), 1, Duration.ZERO,
				null, Duration.ZERO, false);
		this.test.task(TaskDefinition.builder("t", (context, body) -> {
			runs.incrementAndGet();
			this.never.await();
			return null;
		}).retryPolicy(policy).options((options) -> options.softTimeLimit(SOON)).build()).start();
		assertThat(run().result()).isEqualTo(SOFT);
		assertThat(runs).hasValue(2);
	}

	@Test
	void stageIsCancelledAtTheSoftLimit() {
		CompletableFuture<Object> stage = new CompletableFuture<>();
		soft((context, body) -> stage).start();
		assertThat(run().result()).isEqualTo(SOFT);
		assertThat(stage).isCancelled();
	}

	@Test
	void hardLimitFailsTheTaskWhileItsThreadKeepsTheSlot() {
		this.test.task("quick", (context, body) -> 1);
		hard((context, body) -> hang()).start((options) -> options.concurrency(1).prefetchMultiplier(1));
		TaskResult result = run();
		assertThat(result.state()).isEqualTo(TaskState.FAILURE);
		assertThat(result.result()).isEqualTo(HARD);
		assertThat(result.traceback()).isNull();
		this.test.awaitSettled();
		assertThat(this.test.worker.snapshot().hung()).isEqualTo(1);
		String waiting = this.test.send(TestMessage.of("quick"));
		assertThat(this.test.transport.messages("celery")).hasSize(1);
		this.never.countDown();
		this.test.results.await(waiting);
		assertThat(this.test.worker.snapshot().hung()).isZero();
		assertThat(this.test.results.history(result.taskId())).hasSize(1);
	}

	@Test
	void stopDoesNotWaitForAHungThread() {
		hard((context, body) -> hang()).start((options) -> options.shutdownTimeout(Duration.ofMillis(200)));
		run();
		this.test.awaitSettled();
		long begin = System.nanoTime();
		this.test.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void limitsOfTheMessageGoBeforeThoseOfTheTaskAndTheWorker() {
		this.test.task("none", (context, body) -> context.softTimeLimit() + " " + context.timeLimit())
			.task(TaskDefinition.builder("own", (context, body) -> context.softTimeLimit() + " " + context.timeLimit())
				.options((options) -> options.softTimeLimit(Duration.ofSeconds(5)).timeLimit(Duration.ZERO))
				.build())
			.start((options) -> options.timeLimits(new TimeLimits(Duration.ofSeconds(7), Duration.ofSeconds(8))));
		assertThat(this.test.results.await(this.test.send(TestMessage.of("none"))).result()).isEqualTo("PT7S PT8S");
		assertThat(this.test.results.await(this.test.send(TestMessage.of("own"))).result()).isEqualTo("PT5S null");
		assertThat(this.test.results.await(this.test.send(TestMessage.of("own").timeLimits(9.5, 1.0))).result())
			.isEqualTo("PT1S PT9.5S");
	}

	@Test
	void messageGoesBackAtTheHardLimitIfTimeoutsAreNotAcknowledged() {
		AtomicInteger runs = new AtomicInteger();
		this.test.task(TaskDefinition.builder("t", (context, body) -> {
			if (runs.incrementAndGet() == 1) {
				this.never.await();
			}
			return context.redelivered();
		}).options((options) -> options.timeLimit(SOON)).acksOnTimeout(false).build()).start();
		String id = this.test.send(TestMessage.of("t"));
		await().until(() -> this.test.results.history(id).size() == 2);
		assertThat(this.test.results.history(id)).extracting((stored) -> stored.state() + " " + stored.result())
			.containsExactly("FAILURE " + HARD, "SUCCESS true");
		this.test.awaitSettled();
	}

	@Test
	void interruptsDoNotReachTheNextTask() {
		AtomicInteger interrupted = new AtomicInteger();
		soft((context, body) -> {
			long end = System.nanoTime() + SOON.toNanos();
			while (System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			return null;
		}).task("next", (context, body) -> {
			if (Thread.currentThread().isInterrupted()) {
				interrupted.incrementAndGet();
			}
			return null;
		}).start((options) -> options.concurrency(1));
		for (int i = 0; i < 10; i++) {
			this.test.send(TestMessage.of("t"));
			this.test.results.await(this.test.send(TestMessage.of("next")));
		}
		assertThat(interrupted).hasValue(0);
	}

}
