package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(20)
@ExtendWith(OutputCaptureExtension.class)
class CeleryWorkerStopTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private final TestWorker test = new TestWorker();

	@AfterEach
	void stop() {
		this.release.countDown();
		this.test.close();
	}

	private boolean await10s() throws InterruptedException {
		return this.release.await(10, TimeUnit.SECONDS);
	}

	@Test
	void returnsInOrderWhatNobodyBeganAndFinishesWhatRuns() {
		this.test.task("t", (context, body) -> await10s())
			.start((options) -> options.concurrency(1).prefetchMultiplier(3));
		List<String> ids = List.of(send(), send(), send(), send());
		await().until(() -> this.test.worker.snapshot().reserved() == 2);
		CompletableFuture<Void> stopped = new CompletableFuture<>();
		this.test.worker.stop(() -> stopped.complete(null));
		await().until(() -> this.test.transport.messages("celery").size() == 3);
		assertThat(stopped).isNotDone();
		assertThat(this.test.worker.isRunning()).isTrue();
		assertThat(this.test.worker.snapshot().state()).isEqualTo(State.STOPPING);
		assertThat(waiting()).extracting((message) -> message.headers().get("id"))
			.containsExactlyElementsOf(ids.subList(1, 4));
		this.release.countDown();
		stopped.join();
		assertThat(this.test.results.await(ids.get(0)).result()).isEqualTo(true);
		assertThat(this.test.transport.unacked()).isZero();
		assertThat(this.test.worker.isRunning()).isFalse();
		assertThat(this.test.worker.snapshot().state()).isEqualTo(State.STOPPED);
		assertThat(this.test.worker.snapshot().totals().released()).isEqualTo(2);
	}

	@Test
	void keepsTheJvmAliveUntilItIsStoppedWhateverItsTasksDo() {
		this.test.task("t", (context, body) -> await10s())
			.start((options) -> options.nodename("alive").shutdownTimeout(Duration.ofMillis(400)));
		send();
		await().until(() -> !this.test.worker.snapshot().active().isEmpty());
		assertThat(keepingTheJvmAlive()).containsExactly("celery-alive-fetch");
		this.test.worker.stop();
		await().until(() -> keepingTheJvmAlive().isEmpty());
	}

	private static List<String> keepingTheJvmAlive() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !thread.isDaemon() && thread.getName().startsWith("celery-alive"))
			.map(Thread::getName)
			.toList();
	}

	@Test
	void taskThatHeedsTheInterruptGoesBackToItsQueueWithoutAResult(CapturedOutput output) {
		this.test.task("t", (context, body) -> await10s())
			.start((options) -> options.shutdownTimeout(Duration.ofMillis(400)));
		String id = send();
		await().until(() -> !this.test.worker.snapshot().active().isEmpty());
		this.test.worker.stop();
		await().until(() -> this.test.worker.snapshot().active().isEmpty());
		assertThat(this.test.results.history(id)).isEmpty();
		assertThat(waiting()).singleElement()
			.satisfies((message) -> assertThat(message.properties().deliveryInfo().redelivered()).isTrue());
		assertThat(this.test.transport.unacked()).isZero();
		assertThat(output).contains("t[" + id + "] did not end in time");
	}

	@Test
	void taskThatNeverEndsHoldsUpNothing() {
		this.test.task("stuck", (context, body) -> {
			while (this.release.getCount() > 0) {
				Thread.onSpinWait();
			}
			return "too late";
		})
			.task("stage", (context, body) -> new CompletableFuture<>())
			.start((options) -> options.shutdownTimeout(Duration.ofMillis(400)));
		String stuck = this.test.send(TestMessage.of("stuck"));
		this.test.send(TestMessage.of("stage"));
		await().until(() -> this.test.worker.snapshot().active().size() == 2);
		long begin = System.nanoTime();
		this.test.worker.stop();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
		assertThat(waiting()).hasSize(2);
		this.release.countDown();
		await().until(() -> this.test.worker.snapshot().active().isEmpty());
		assertThat(this.test.results.history(stuck)).isEmpty();
		assertThat(Thread.getAllStackTraces().keySet()).filteredOn((thread) -> thread.getName().startsWith("celery-"))
			.allMatch(Thread::isDaemon);
	}

	@Test
	void taskThatWasAcknowledgedEarlyIsReported(CapturedOutput output) {
		this.test.task("t", (context, body) -> await10s())
			.start((options) -> options.acksLate(false).shutdownTimeout(Duration.ofMillis(400)));
		String id = send();
		await().until(() -> !this.test.worker.snapshot().active().isEmpty());
		this.test.worker.stop();
		assertThat(output).contains("t[" + id + "] did not end in time and is given up");
		assertThat(waiting()).isEmpty();
	}

	@Test
	void stopsInTimeThoughTheBrokerIsGone() {
		this.test.task("t", (context, body) -> 1)
			.start((options) -> options.acksLate(false).shutdownTimeout(Duration.ofMillis(600)));
		this.test.awaitState(State.CONSUMING);
		this.test.transport.fail();
		this.test.awaitState(State.DISCONNECTED);
		this.test.worker.stop();
		assertThat(this.test.worker.snapshot().state()).isEqualTo(State.STOPPED);
	}

	@Test
	void waitsForAcksThatAreUnderWay() {
		CountDownLatch began = new CountDownLatch(1);
		this.test.task("t", (context, body) -> {
			began.countDown();
			return await10s();
		}).start();
		String id = send();
		await().until(() -> began.getCount() == 0);
		this.test.transport.fail();
		this.release.countDown();
		this.test.results.await(id);
		CompletableFuture<Void> stopped = new CompletableFuture<>();
		this.test.worker.stop(() -> stopped.complete(null));
		await().until(() -> this.test.worker.snapshot().active().isEmpty());
		assertThat(stopped).isNotDone();
		this.test.transport.recover();
		stopped.join();
		assertThat(this.test.transport.unacked()).isZero();
	}

	@Test
	void canBeStartedAgain() {
		this.test.task("t", (context, body) -> 1).start();
		this.test.results.await(send());
		this.test.worker.stop();
		String id = send();
		assertThat(this.test.results.history(id)).isEmpty();
		this.test.worker.start();
		assertThat(this.test.results.await(id).result()).isEqualTo(1);
		await().until(() -> this.test.worker.snapshot().totals().succeeded() == 2);
	}

	@Test
	void everyCallbackIsCalledAndStoppingTwiceIsNoMatter() {
		AtomicInteger calls = new AtomicInteger();
		this.test.start();
		this.test.worker.start();
		this.test.worker.stop(calls::incrementAndGet);
		this.test.worker.stop(calls::incrementAndGet);
		this.test.worker.stop();
		this.test.worker.stop(calls::incrementAndGet);
		await().untilAtomic(calls, org.hamcrest.Matchers.is(3));
	}

	@Test
	void workerThatWasNotStartedIsStopped() {
		this.test.start();
		CeleryWorker never = CeleryWorker
			.builder(this.test.transport, this.test.registry, this.test.codec, this.test.results, this.test.canvas())
			.build();
		AtomicInteger calls = new AtomicInteger();
		never.stop(calls::incrementAndGet);
		assertThat(calls).hasValue(1);
		assertThat(never.isRunning()).isFalse();
		assertThat(never.snapshot().state()).isEqualTo(State.STOPPED);
		assertThat(never.snapshot().queues()).containsExactly("celery");
	}

	private String send() {
		return this.test.send(TestMessage.of("t"));
	}

	private List<KombuMessage> waiting() {
		KombuMessageCodec codec = new KombuMessageCodec();
		return this.test.transport.messages("celery").stream().map(codec::decode).toList();
	}

}
