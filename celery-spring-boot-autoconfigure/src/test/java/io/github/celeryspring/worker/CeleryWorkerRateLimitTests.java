package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.celeryspring.task.RateLimit;
import io.github.celeryspring.task.TaskDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class CeleryWorkerRateLimitTests {

	private final TestWorker test = new TestWorker();

	private final List<Long> begun = Collections.synchronizedList(new ArrayList<>());

	@AfterEach
	void stop() {
		this.test.close();
	}

	private TestWorker limited(String name, String rate) {
		return this.test.task(TaskDefinition.builder(name, (context, body) -> this.begun.add(System.nanoTime()))
			.rateLimit(RateLimit.of(rate))
			.build());
	}

	@Test
	void taskBeginsNoMoreOftenThanItMay() {
		limited("t", "20/s").start();
		for (int i = 0; i < 8; i++) {
			this.test.send(TestMessage.of("t"));
		}
		await().until(() -> this.begun.size() == 8);
		for (int i = 1; i < 8; i++) {
			assertThat(Duration.ofNanos(this.begun.get(i) - this.begun.get(0)))
				.isGreaterThan(Duration.ofMillis(50L * i - 25));
		}
		this.test.awaitSettled();
	}

	@Test
	void neitherOtherTasksNorOtherRatesWaitBehindIt() {
		limited("rare", "1/h");
		limited("often", "100/s");
		this.test.task("free", (context, body) -> 1).start((options) -> options.concurrency(1).prefetchMultiplier(1));
		for (int i = 0; i < 50; i++) {
			this.test.send(TestMessage.of("rare"));
		}
		List<String> others = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			others.add(this.test.send(TestMessage.of("often")));
			others.add(this.test.send(TestMessage.of("free")));
		}
		others.forEach(this.test.results::await);
		assertThat(this.test.worker.snapshot().totals().succeeded()).isEqualTo(11);
		assertThat(this.test.transport.parkedMessages()).hasSize(49);
	}

	@Test
	void defaultAppliesToTasksThatSayNothingAndNoneIfLimitsAreDisabled() {
		this.test.task("t", (context, body) -> 1)
			.task(TaskDefinition.builder("free", (context, body) -> 1).rateLimit(RateLimit.NONE).build())
			.start((options) -> options.defaultRateLimit(RateLimit.of("1/h")));
		this.test.results.await(this.test.send(TestMessage.of("t")));
		this.test.send(TestMessage.of("t"));
		await().until(() -> this.test.transport.parkedMessages().size() == 1);
		this.test.results.await(this.test.send(TestMessage.of("free")));
		this.test.results.await(this.test.send(TestMessage.of("free")));
		this.test.worker.stop();
		this.test.start((options) -> options.defaultRateLimit(RateLimit.of("1/h")).disableRateLimits(true));
		this.test.results.await(this.test.send(TestMessage.of("t")));
		this.test.results.await(this.test.send(TestMessage.of("t")));
	}

	@Test
	void stopGivesBackWhatIsHeld() {
		limited("t", "2/s").start();
		String first = this.test.send(TestMessage.of("t"));
		this.test.results.await(first);
		this.test.send(TestMessage.of("t"));
		await().until(
				() -> this.test.transport.messages("celery").isEmpty() && this.test.worker.snapshot().reserved() == 0);
		this.test.worker.stop();
		assertThat(this.test.transport.unacked()).isZero();
		assertThat(this.begun.size() + this.test.transport.messages("celery").size()).isEqualTo(2);
	}

}
