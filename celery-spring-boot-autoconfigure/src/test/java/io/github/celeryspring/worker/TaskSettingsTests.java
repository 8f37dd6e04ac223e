package io.github.celeryspring.worker;

import java.util.Map;

import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskDefinitionBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TaskSettingsTests {

	private final TaskLimits limits = new TaskLimits();

	@Test
	void workerDecidesWhereNobodyElseDoes() {
		TaskSettings settings = TaskSettings.of(headers(null), definition(null, null, null), WorkerOptions.DEFAULTS,
				this.limits);
		assertThat(settings).isEqualTo(new TaskSettings(true, true, true, true, true, false, TimeLimits.NONE));
		WorkerOptions options = WorkerOptions.builder().acksLate(false).ignoreResult(true).trackStarted(true).build();
		settings = TaskSettings.of(headers(null), definition(null, null, null), options, this.limits);
		assertThat(settings).isEqualTo(new TaskSettings(false, true, true, false, false, false, TimeLimits.NONE));
	}

	@Test
	void taskDecidesBeforeTheWorker() {
		TaskSettings settings = TaskSettings.of(headers(null), definition(false, false, true),
				WorkerOptions.builder().ignoreResult(true).build(), this.limits);
		assertThat(settings).isEqualTo(new TaskSettings(false, true, true, true, true, true, TimeLimits.NONE));
	}

	@Test
	void headerDecidesBeforeTheTask() {
		assertThat(TaskSettings.of(headers(true), definition(null, false, null), WorkerOptions.DEFAULTS, this.limits)
			.storesResult()).isFalse();
		assertThat(TaskSettings.of(headers(false), definition(null, true, null), WorkerOptions.DEFAULTS, this.limits)
			.storesResult()).isTrue();
	}

	@Test
	void failuresMayBeStoredThoughResultsAreIgnored() {
		TaskSettings settings = TaskSettings.of(headers(true), definition(null, null, true),
				WorkerOptions.builder().storeErrorsEvenIfIgnored(true).build(), this.limits);
		assertThat(settings).isEqualTo(new TaskSettings(true, true, true, false, true, false, TimeLimits.NONE));
	}

	private static TaskHeaders headers(@Nullable Boolean ignoreResult) {
		return new TaskHeaders(null, "t", "id", null, null, null, null, null, 0, null, null, null, null, null, null,
				null, ignoreResult, 0, null, Map.of(), Map.of());
	}

	private static TaskDefinition definition(@Nullable Boolean acksLate, @Nullable Boolean ignoreResult,
			@Nullable Boolean trackStarted) {
		TaskDefinitionBuilder task = TaskDefinition.builder("t", (context, body) -> null)
			.acksLate(acksLate)
			.trackStarted(trackStarted);
		if (ignoreResult != null) {
			task.options((options) -> options.ignoreResult(ignoreResult));
		}
		return task.build();
	}

}
