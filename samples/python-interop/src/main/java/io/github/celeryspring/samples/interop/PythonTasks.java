package io.github.celeryspring.samples.interop;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;

import io.github.celeryspring.client.CeleryOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.stereotype.Component;

/**
 * The tasks in {@code tasks.py}, called from Java.
 */
@Component
public class PythonTasks {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final ParameterizedTypeReference<Map<String, Integer>> COUNTS = new ParameterizedTypeReference<>() {
	};

	private final CeleryOperations celery;

	PythonTasks(CeleryOperations celery) {
		this.celery = celery;
	}

	public @Nullable Map<String, Integer> wordCount(String text) {
		return this.celery.task("python.word_count")
			.args(text)
			.kwarg("ignore_case", true)
			.queue("python")
			.returning(COUNTS)
			.send()
			.get(TIMEOUT);
	}

	public @Nullable LocalDate nextDay(LocalDate day) {
		return this.celery.task("python.next_day")
			.args(day)
			.queue("python")
			.returning(LocalDate.class)
			.send()
			.get(TIMEOUT);
	}

	public void fail(String reason) {
		this.celery.task("python.fail").args(reason).queue("python").send().get(TIMEOUT);
	}

}
