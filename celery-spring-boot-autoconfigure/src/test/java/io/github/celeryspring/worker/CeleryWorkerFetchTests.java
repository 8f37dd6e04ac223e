package io.github.celeryspring.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(20)
@ExtendWith(OutputCaptureExtension.class)
class CeleryWorkerFetchTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private final TestWorker test = new TestWorker();

	@AfterEach
	void stop() {
		this.release.countDown();
		this.test.close();
	}

	@Test
	void concurrencyIsNeverExceededOnPlatformThreads() {
		concurrencyIsNeverExceeded(false);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void concurrencyIsNeverExceededOnVirtualThreads() {
		concurrencyIsNeverExceeded(true);
	}

	private void concurrencyIsNeverExceeded(boolean virtual) {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger done = new AtomicInteger();
		CountDownLatch all = new CountDownLatch(3);
		this.test.task("t", (context, body) -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			all.countDown();
			all.await(10, TimeUnit.SECONDS);
			running.decrementAndGet();
			return done.incrementAndGet();
		}).start((options) -> options.concurrency(3).virtualThreads(virtual));
		for (int i = 0; i < 300; i++) {
			this.test.send(TestMessage.of("t"));
		}
		await().untilAtomic(done, org.hamcrest.Matchers.is(300));
		assertThat(most).hasValue(3);
	}

	@Test
	void holdsNoMoreThanConcurrencyUntilTasksProveToBeFast() {
		this.test.task("t", (context, body) -> this.release.await(10, TimeUnit.SECONDS)).start();
		for (int i = 0; i < 10; i++) {
			this.test.send(TestMessage.of("t"));
		}
		await().until(() -> this.test.worker.snapshot().active().size() == 2);
		assertThat(this.test.transport.unacked()).isEqualTo(2);
		assertThat(this.test.worker.snapshot().reserved()).isZero();
	}

	@Test
	void messagesStuckBehindLongTasksAreGivenBackAndNotTakenAgain() {
		this.test.task("fast", (context, body) -> 1)
			.task("long", (context, body) -> this.release.await(15, TimeUnit.SECONDS))
			.start();
		for (int i = 0; i < 2000; i++) {
			this.test.send(TestMessage.of("fast"));
		}
		await().until(() -> this.test.worker.snapshot().totals().succeeded() == 2000);
		assertThat(this.test.worker.snapshot().prefetchLimit()).isGreaterThan(50);
		for (int i = 0; i < 20; i++) {
			this.test.send(TestMessage.of("long"));
		}
		await().until(() -> this.test.worker.snapshot().totals().released() > 0);
		await().until(() -> this.test.transport.unacked() == 2);
		assertThat(this.test.worker.snapshot().prefetchLimit()).isEqualTo(2);
		assertThat(this.test.transport.messages("celery")).hasSize(18);
		assertThat(this.test.worker.snapshot().reserved()).isZero();
		this.release.countDown();
		await().until(() -> this.test.worker.snapshot().totals().succeeded() == 2020);
	}

	@Test
	void fixedPrefetchIsKeptWhateverTheTasksDo() {
		this.test.task("long", (context, body) -> this.release.await(10, TimeUnit.SECONDS))
			.start((options) -> options.concurrency(1).prefetchMultiplier(4));
		for (int i = 0; i < 10; i++) {
			this.test.send(TestMessage.of("long"));
		}
		await().until(() -> this.test.worker.snapshot().reserved() == 3);
		assertThat(this.test.transport.unacked()).isEqualTo(4);
		assertThat(this.test.transport.messages("celery")).hasSize(6);
	}

	@Test
	void unlimitedPrefetchIsWarnedAbout(CapturedOutput output) {
		this.test.start((options) -> options.prefetchMultiplier(0));
		assertThat(output).contains("Prefetch multiplier 0");
		assertThat(this.test.worker.snapshot().prefetchLimit()).isEqualTo(10_000);
	}

	@Test
	void consumesAgainAfterAnOutage(CapturedOutput output) {
		this.test.transport.fail();
		this.test.task("t", (context, body) -> 1).start();
		this.test.awaitState(State.DISCONNECTED);
		assertThat(this.test.worker.snapshot().lastPoll()).isNull();
		this.test.transport.recover();
		this.test.awaitState(State.CONSUMING);
		this.test.transport.fail();
		this.test.awaitState(State.DISCONNECTED);
		String id = this.test.send(TestMessage.of("t"));
		this.test.transport.recover();
		assertThat(this.test.results.await(id).result()).isEqualTo(1);
		assertThat(output).contains("celery@test ready").contains("consumes again");
	}

	@Test
	void fetchThreadSurvivesBugsOfTheTransport(CapturedOutput output) {
		this.test.transport.fail(new IllegalStateException("a bug"));
		this.test.task("t", (context, body) -> 1).start();
		this.test.awaitState(State.DISCONNECTED);
		this.test.transport.recover();
		assertThat(this.test.results.await(this.test.send(TestMessage.of("t"))).result()).isEqualTo(1);
		assertThat(output).contains("a bug");
	}

}
