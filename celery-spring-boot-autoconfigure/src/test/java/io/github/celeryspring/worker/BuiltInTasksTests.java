package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.testsupport.CanvasTasks;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tasks that every worker has.
 */
class BuiltInTasksTests {

	private final CanvasTasks tasks = new CanvasTasks();

	private final TestWorker worker = start();

	private TestWorker start() {
		TestWorker worker = new TestWorker();
		this.tasks.handlers().forEach(worker::task);
		return worker.start();
	}

	@AfterEach
	void stop() {
		this.worker.awaitSettled();
		this.worker.close();
	}

	private static TaskSignature task(String name, Object... args) {
		return TaskSignature.of(name, args);
	}

	private Object run(String task, List<Object> args, Map<String, Object> kwargs) {
		ResultTree result = this.worker
			.send(new TaskSignature(task, new ArrayList<>(args), kwargs, TaskOptions.NONE, false));
		return this.worker.results.await(result.id()).result();
	}

	private TaskFailure failure(String task, List<Object> args, Map<String, Object> kwargs) {
		return (TaskFailure) run(task, args, kwargs);
	}

	@Test
	void theyAreNoTasksOfTheApplication() {
		assertThat(run("celery.backend_cleanup", List.of(), Map.of())).isNull();
		assertThat(this.worker.registry.all()).noneMatch((task) -> task.name().startsWith("celery."));
	}

	@Test
	void mapRunsATaskForEachElement() {
		Map<String, Object> each = Map.of("task", task("add"), "it", List.of(1, 2, 3));
		assertThat(run("celery.map", List.of(), each)).hasToString("[1, 2, 3]");
		Map<String, Object> spread = Map.of("task", task("add"), "it", List.of(List.of(1, 2), List.of(3, 4)));
		assertThat(run("celery.starmap", List.of(), spread)).hasToString("[3, 7]");
		assertThat(run("celery.map", List.of(task("same"), List.of("a", List.of())), Map.of()))
			.hasToString("[\"a\", []]");
	}

	@Test
	void mapFailsAsItsTaskDoes() {
		assertThat(failure("celery.map", List.of(), Map.of("task", task("fail"), "it", List.of(1))).message())
			.isEqualTo(List.of("boom"));
		TaskFailure unknown = failure("celery.map", List.of(), Map.of("task", task("unknown"), "it", List.of(1)));
		assertThat(unknown).isEqualTo(TaskFailure.ofCelery("NotRegistered", "unknown"));
		assertThat(failure("celery.map", List.of(), Map.of()).type()).isEqualTo("TypeError");
	}

	@Test
	void accumulateReturnsItsArguments() {
		assertThat(run("celery.accumulate", List.of(1, 2), Map.of())).hasToString("[1, 2]");
		assertThat(run("celery.accumulate", List.of(1, 2), Map.of("index", -1))).hasToString("2");
		assertThat(failure("celery.accumulate", List.of(1), Map.of("index", 1)).type()).isEqualTo("IndexError");
	}

	@Test
	void chunksGroupAndChordSendWork() {
		run("celery.chunks", List.of(),
				Map.of("task", task("add"), "it", List.of(List.of(1), List.of(2), List.of(3)), "n", 2));
		Map<String, Object> group = Map.of("tasks", List.of(task("all", 1)), "result", List.of(), "group_id", "g",
				"partial_args", List.of(0));
		run("celery.group", List.of(), group);
		Map<String, Object> chord = Map.of("header", List.of(task("add", 1), task("add", 2)), "body", task("sum"));
		Object body = run("celery.chord", List.of(), chord);
		assertThat(this.worker.results.await((String) body).result()).isEqualTo(3);
		Awaitility.await().until(() -> this.tasks.calls("all").size() == 1);
		assertThat(this.tasks.calls("all").get(0).args()).hasToString("[0, 1]");
		Awaitility.await().until(() -> this.tasks.calls("celery.starmap").size() == 3);
	}

	@Test
	void chainIsNoTask() {
		TaskFailure failure = failure("celery.chain", List.of(), Map.of());
		assertThat(failure)
			.isEqualTo(new TaskFailure("NotImplementedError", List.of("chain is not a real task"), "builtins"));
	}

	@Test
	void chordUnlockSendsTheBodyWhenAllIsDone() {
		ResultTree first = this.worker.send(task("add", 1));
		ResultTree second = this.worker.send(task("add", 2));
		this.worker.results.await(first.id());
		this.worker.results.await(second.id());
		TaskSignature body = task("sum").withOptions(TaskOptions.builder().taskId("body").build());
		run("celery.chord_unlock", List.of("g", body), Map.of("result", tuples(first, second)));
		assertThat(this.worker.results.await("body").result()).isEqualTo(3);
	}

	@Test
	void chordUnlockFailsTheBodyIfAPartFailedOrItWaitedTooLong() {
		ResultTree first = this.worker.send(task("fail"));
		this.worker.results.await(first.id());
		TaskSignature body = task("sum").withOptions(TaskOptions.builder().taskId("body").build());
		run("celery.chord_unlock", List.of("g", body), Map.of("result", tuples(first)));
		assertThat(this.worker.results.await("body").result()).hasToString(
				TaskFailure.ofCelery("ChordError", "Dependency " + first.id() + " raised IllegalStateException('boom')")
					.toString());
		TaskSignature late = task("sum").withOptions(TaskOptions.builder().taskId("late").build());
		Map<String, Object> never = Map.of("result", tuples(ResultTree.task("never")), "max_retries", 0);
		assertThat(failure("celery.chord_unlock", List.of("g", late), never).type())
			.isEqualTo("MaxRetriesExceededError");
		assertThat(this.worker.results.await("late").result().toString()).contains("could not be retried");
	}

	private static List<Object> tuples(ResultTree... results) {
		List<Object> tuples = new ArrayList<>();
		for (ResultTree result : results) {
			List<Object> id = new ArrayList<>();
			id.add(result.id());
			id.add(null);
			List<Object> tuple = new ArrayList<>();
			tuple.add(id);
			tuple.add(null);
			tuples.add(tuple);
		}
		return tuples;
	}

}
