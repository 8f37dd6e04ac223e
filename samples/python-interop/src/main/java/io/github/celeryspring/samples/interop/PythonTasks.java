package io.github.celeryspring.samples.interop;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.TaskName;
import io.github.celeryspring.client.CeleryOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.stereotype.Component;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static io.github.celeryspring.canvas.Signatures.signature;

/**
 * The tasks in {@code tasks.py}, called from Java.
 */
@Component
public class PythonTasks {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final ParameterizedTypeReference<Map<String, Integer>> COUNTS = new ParameterizedTypeReference<>() {
	};

	private static final TaskName<Map<String, Integer>> WORD_COUNT = new TaskName<>("python.word_count", COUNTS);

	private static final TaskName<LocalDate> NEXT_DAY = TaskName.of("python.next_day", LocalDate.class);

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

	public @Nullable LocalDate dueAfter(LocalDate day) {
		Chain due = chain(NEXT_DAY.s(day), signature("java.due").kwarg("days", 3));
		return this.celery.send(due).as(LocalDate.class).get(TIMEOUT);
	}

	public @Nullable List<LocalDate> nextDays(List<LocalDate> days) {
		Group each = group(days.stream().map((day) -> NEXT_DAY.s(day)));
		return this.celery.send(each).asListOf(LocalDate.class).get(TIMEOUT);
	}

	public @Nullable Map<String, Integer> wordCounts(List<String> texts) {
		Group counts = group(texts.stream().map((text) -> WORD_COUNT.s(text)));
		return this.celery.send(chord(counts, signature("java.merge"))).as(COUNTS).get(TIMEOUT);
	}

	public void fail(String reason) {
		this.celery.task("python.fail").args(reason).queue("python").send().get(TIMEOUT);
	}

}
