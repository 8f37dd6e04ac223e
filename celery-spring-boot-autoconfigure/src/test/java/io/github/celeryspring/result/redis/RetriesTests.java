package io.github.celeryspring.result.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.result.redis.RedisResultOptions.RetryPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RetriesTests {

	private static final Duration SOON = Duration.ofSeconds(5);

	private final AtomicInteger attempts = new AtomicInteger();

	private final AtomicBoolean closed = new AtomicBoolean();

	@Test
	void pausesAreKombus() {
		assertThat(pauses(RetryPolicy.DEFAULTS)).containsExactly(0, 1000, 1000, 1000);
		assertThat(pauses(policy(null, 200, 200, 500, null))).containsExactly(200, 400, 500, 500);
		assertThat(pauses(policy(null, 0, 700, 1000, null))).containsExactly(0, 700, 700, 700);
		assertThat(pauses(policy(null, 300, 0, 1000, null))).containsExactly(300, 300, 300, 300);
		assertThat(pauses(policy(null, 300, 100, 0, null))).containsExactly(0, 0, 0, 0);
	}

	@Test
	void triesAgainUntilItWorks() {
		assertThat(retries(policy(5, 0, 0, 0, null)).run(() -> failing(3))).succeedsWithin(SOON).isEqualTo("done");
		assertThat(this.attempts).hasValue(4);
	}

	@Test
	void givesUpAfterSoManyRetries() {
		assertThat(retries(policy(2, 0, 0, 0, null)).run(() -> failing(100))).failsWithin(SOON)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(BrokerUnavailableException.class);
		assertThat(this.attempts).hasValue(3);
	}

	@Test
	void zeroRetriesMeanOneAttempt() {
		assertThat(retries(policy(0, 0, 0, 0, null)).run(() -> failing(100))).failsWithin(SOON);
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	void givesUpAfterTheTimeout() {
		assertThat(retries(policy(null, 5, 0, 5, 50)).run(() -> failing(Integer.MAX_VALUE))).failsWithin(SOON);
		assertThat(this.attempts).hasValueBetween(2, 12);
	}

	@Test
	void aFailureThatStaysIsToldAtOnce() {
		assertThat(retries(RetryPolicy.DEFAULTS).run(() -> {
			this.attempts.incrementAndGet();
			return CompletableFuture.failedStage(new IllegalStateException("for good"));
		})).failsWithin(SOON);
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	void closingEndsIt() {
		this.closed.set(true);
		assertThat(retries(RetryPolicy.DEFAULTS).run(() -> failing(100))).failsWithin(SOON);
		assertThat(this.attempts).hasValue(1);
	}

	private CompletionStage<String> failing(int times) {
		return (this.attempts.getAndIncrement() < times)
				? CompletableFuture.failedStage(new BrokerUnavailableException("down", null))
				: CompletableFuture.completedStage("done");
	}

	private Retries retries(RetryPolicy policy) {
		return new Retries(policy, this.closed::get);
	}

	private Integer[] pauses(RetryPolicy policy) {
		Retries retries = retries(policy);
		return IntStream.range(0, 4).mapToObj((i) -> (int) retries.pause(i).toMillis()).toArray(Integer[]::new);
	}

	private static RetryPolicy policy(Integer maxRetries, int start, int step, int max, Integer timeout) {
		return new RetryPolicy(maxRetries, Duration.ofMillis(start), Duration.ofMillis(step), Duration.ofMillis(max),
				(timeout != null) ? Duration.ofMillis(timeout) : null);
	}

}
