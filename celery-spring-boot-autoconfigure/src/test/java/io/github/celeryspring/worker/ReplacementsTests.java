package io.github.celeryspring.worker;

import java.util.List;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.testsupport.CanvasTasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tasks that put other work in their place, or add to the chord that they are in.
 */
class ReplacementsTests {

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

	private String result(Signature work) {
		ResultTree result = this.worker.send(work);
		return String.valueOf(this.worker.results.await(result.id()).result());
	}

	@Test
	void anotherTaskTakesItsPlace() {
		ResultTree result = this.worker.send(task("replace", task("add", 1, 2)));
		assertThat(this.worker.results.await(result.id()).result()).isEqualTo(3);
		assertThat(this.worker.results.history(result.id())).hasSize(1);
		CanvasTasks.Call call = this.tasks.calls("add").get(0);
		assertThat(call.context().id()).isEqualTo(result.id());
		assertThat(call.context().parentId()).isEqualTo(result.id());
		assertThat(call.context().message().headers().replacedTaskNesting()).isEqualTo(1);
	}

	@Test
	void callbacksErrbacksAndStampsGoToTheReplacement() {
		TaskOptions callback = TaskOptions.builder().taskId("callback").build();
		TaskOptions options = TaskOptions.builder()
			.link(task("same").withOptions(callback))
			.stamp("batch", "7")
			.build();
		this.worker.send(task("replace", chain(task("add", 1, 2), task("add", 3))).withOptions(options));
		assertThat(this.worker.results.await("callback").result()).hasToString("6");
		assertThat(this.tasks.calls("same")).hasSize(1);
		assertThat(this.tasks.calls("add"))
			.allSatisfy((call) -> assertThat(call.context().message().headers().stamps()).containsKey("batch"));
		TaskOptions errback = TaskOptions.builder().linkError(task("same").withOptions(id("errback"))).build();
		ResultTree failed = this.worker.send(task("replace", task("fail")).withOptions(errback));
		assertThat(this.worker.results.await("errback").result()).hasToString("\"" + failed.id() + "\"");
	}

	private static TaskOptions id(String id) {
		return TaskOptions.builder().taskId(id).build();
	}

	@Test
	void workOfAllKindsTakesItsPlaceInAChain() {
		assertThat(result(chain(task("add", 1), task("replace", task("add", 2, 3).asImmutable()), task("add", 4))))
			.isEqualTo("9");
		assertThat(result(chain(task("replace", chain(task("add", 1, 2), task("add", 3))), task("add", 4))))
			.isEqualTo("10");
		assertThat(result(chain(task("replace", group(task("add", 1), task("add", 2))), task("sum")))).isEqualTo("3");
		assertThat(result(
				chain(task("replace", chord(group(task("add", 1), task("add", 2)), task("sum"))), task("add", 1))))
			.isEqualTo("4");
		assertThat(result(
				chain(task("replace", chain(task("add", 1, 2), group(task("add", 3), task("add", 4)))), task("sum"))))
			.isEqualTo("13");
		assertThat(this.tasks.calls("add")
			.get(this.tasks.calls("add").size() - 1)
			.context()
			.message()
			.headers()
			.replacedTaskNesting()).isEqualTo(1);
	}

	@Test
	void workOfAllKindsTakesItsPlaceInAChord() {
		assertThat(
				result(chord(
						group(task("replace", task("add", 1)), task("replace", chain(task("add", 2), task("add", 3))),
								task("replace", group(task("add", 4), task("add", 5))),
								task("replace", chord(group(task("add", 6), task("add", 7)), task("sum")))),
						task("same"))))
			.isEqualTo("[1,5,[4,5],13]");
	}

	@Test
	void aGroupLeavesTheListOfItsResults() {
		assertThat(result(task("replace", group(task("add", 1), task("add", 2))))).isEqualTo("[1,2]");
	}

	@Test
	void anEmptyGroupLeavesAnEmptyList() {
		assertThat(result(task("replace", group()))).isEqualTo("[]");
	}

	@Test
	void whatCannotTakeItsPlaceFailsIt() {
		ResultTree empty = this.worker.send(chain(task("replace", chain()), task("add", 1)));
		TaskResult failed = this.worker.results.await(empty.id());
		assertThat(((TaskFailure) failed.result()).type()).isEqualTo("ImproperlyConfigured");
		assertThat(((TaskFailure) failed.result()).message()).isEqualTo(List.of("Cannot replace with an empty chain"));
	}

	@Test
	void workIsAddedToAChord() {
		assertThat(result(
				chord(group(task("add", 1), task("extend", task("add", 10), group(task("add", 20), task("add", 30)))),
						task("sum"))))
			.isEqualTo("61");
	}

	@Test
	void workIsNotAddedToNoChord() {
		ResultTree result = this.worker.send(task("extend", task("add", 10)));
		TaskFailure failure = (TaskFailure) this.worker.results.await(result.id()).result();
		assertThat(failure.message().toString()).contains("is not a part of any chord");
	}

}
