package io.github.celeryspring.worker;

import java.time.Duration;

import io.github.celeryspring.task.RateLimit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class WorkerOptionsTests {

	@Test
	void builderWithoutSettersMakesTheDefaults() {
		WorkerOptions options = WorkerOptions.builder().build();
		assertThat(options).isEqualTo(WorkerOptions.DEFAULTS);
		assertThat(options.nodename()).matches("celery@\\S+");
		assertThat(options.concurrency()).isEqualTo(Runtime.getRuntime().availableProcessors());
		assertThat(options.prefetchMultiplier()).isNull();
		assertThat(options.acksLate()).isTrue();
		assertThat(options.shutdownTimeout()).isEqualTo(Duration.ofSeconds(25));
		assertThat(options.maxDeliveries()).isEqualTo(5);
	}

	@Test
	void builderSetsEveryComponent() {
		WorkerOptions options = WorkerOptions.builder()
			.nodename("n")
			.concurrency(7)
			.prefetchMultiplier(3)
			.acksLate(false)
			.ignoreResult(true)
			.trackStarted(true)
			.storeErrorsEvenIfIgnored(true)
			.shutdownTimeout(Duration.ofSeconds(1))
			.virtualThreads(true)
			.maxDeliveries(3)
			.acksOnFailure(false)
			.acksOnTimeout(false)
			.resultExtended(true)
			.timeLimits(new TimeLimits(Duration.ofSeconds(2), Duration.ofSeconds(3)))
			.defaultRateLimit(RateLimit.of("1/m"))
			.disableRateLimits(true)
			.deduplicateSuccessfulTasks(true)
			.inheritParentPriority(true)
			.build();
		assertThat(options).isEqualTo(new WorkerOptions("n", 7, 3, false, false, false, true, true, true, true,
				new TimeLimits(Duration.ofSeconds(2), Duration.ofSeconds(3)), RateLimit.of("1/m"), true, true, true,
				Duration.ofSeconds(1), true, 3));
	}

	@Test
	void nonsenseIsRefused() {
		WorkerOptions.Builder builder = WorkerOptions.builder();
		assertThatIllegalArgumentException().isThrownBy(() -> builder.concurrency(0).build());
		assertThatIllegalArgumentException().isThrownBy(() -> builder.concurrency(1).prefetchMultiplier(-1).build());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder.prefetchMultiplier(1).shutdownTimeout(Duration.ofSeconds(-1)).build());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder.shutdownTimeout(Duration.ZERO).nodename(" ").build());
		assertThatIllegalArgumentException().isThrownBy(() -> builder.nodename("n").maxDeliveries(-1).build());
	}

}
