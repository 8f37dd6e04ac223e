package io.github.celeryspring.worker;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PrefetchLimitTests {

	@Test
	void fixedLimitIsConcurrencyTimesMultiplier() {
		PrefetchLimit limit = limit(3, 4);
		fast(limit, 1000);
		assertThat(limit.isAdaptive()).isFalse();
		assertThat(limit.current()).isEqualTo(12);
	}

	@Test
	void multiplierZeroMeansTenThousand() {
		assertThat(limit(3, 0).current()).isEqualTo(10_000);
	}

	@Test
	void hugeMultiplierDoesNotOverflow() {
		assertThat(limit(1000, Integer.MAX_VALUE).current()).isGreaterThan(1_000_000);
	}

	@Test
	void adaptiveLimitHoldsOnlyWhatRunsUntilSomethingWasMeasured() {
		assertThat(limit(4, null).current()).isEqualTo(4);
	}

	@Test
	void adaptiveLimitGrowsWithFastTasksUpToItsBound() {
		PrefetchLimit limit = limit(4, null);
		for (int i = 0; i < 50; i++) {
			fast(limit, 100);
			limit.adapt();
		}
		assertThat(limit.current()).isEqualTo(4 + 256);
	}

	@Test
	void adaptiveLimitBuffersAboutATenthOfASecondPerSlot() {
		PrefetchLimit limit = limit(4, null);
		for (int i = 0; i < 200; i++) {
			limit.ran(TimeUnit.MILLISECONDS.toNanos(10));
			limit.adapt();
		}
		assertThat(limit.current()).isBetween(4 + 35, 4 + 40);
	}

	@Test
	void slowTasksAreNotBuffered() {
		PrefetchLimit limit = limit(4, null);
		fast(limit, 100);
		limit.adapt();
		for (int i = 0; i < 200; i++) {
			limit.ran(TimeUnit.SECONDS.toNanos(5));
			limit.adapt();
		}
		assertThat(limit.current()).isEqualTo(4);
	}

	@Test
	void collapseHoldsOnlyWhatRunsAndFastTasksGrowItAgain() {
		PrefetchLimit limit = limit(2, null);
		fast(limit, 1000);
		limit.adapt();
		assertThat(limit.buffer()).isPositive();
		limit.collapse();
		assertThat(limit.buffer()).isZero();
		for (int i = 0; i < 20; i++) {
			fast(limit, 1000);
			limit.adapt();
		}
		assertThat(limit.buffer()).isEqualTo(256);
	}

	private static PrefetchLimit limit(int concurrency, @Nullable Integer multiplier) {
		return new PrefetchLimit(
				WorkerOptions.builder().concurrency(concurrency).prefetchMultiplier(multiplier).build());
	}

	private static void fast(PrefetchLimit limit, int runs) {
		for (int i = 0; i < runs; i++) {
			limit.ran(20_000);
		}
	}

}
