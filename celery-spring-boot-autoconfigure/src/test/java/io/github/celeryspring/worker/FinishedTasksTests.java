package io.github.celeryspring.worker;

import java.util.List;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.testsupport.CanvasTasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages that come again, after a worker has stored the result and died.
 */
class FinishedTasksTests {

	private final CanvasTasks tasks = new CanvasTasks();

	private final TestWorker worker = new TestWorker();

	@AfterEach
	void stop() {
		this.worker.awaitSettled();
		this.worker.close();
	}

	private void start() {
		start(false);
	}

	private void start(boolean deduplicating) {
		this.tasks.handlers().forEach(this.worker::task);
		this.worker.start((options) -> options.deduplicateSuccessfulTasks(deduplicating));
	}

	private static TaskSignature task(String name, Object... args) {
		return TaskSignature.of(name, args);
	}

	private Prepared redeliver(Signature work) {
		Prepared prepared = this.worker.canvas().prepare(work, List.of(), TaskOptions.NONE, null);
		this.worker.canvas().announce(prepared);
		for (KombuMessage message : prepared.messages()) {
			KombuMessage redelivered = new KombuMessage(message.body(), message.contentType(),
					message.contentEncoding(), message.headers(), message.properties().redelivered());
			this.worker.transport.push("celery", new KombuMessageCodec().encode(redelivered));
		}
		return prepared;
	}

	private void stored(String id, Object result, ResultTree... children) {
		this.worker.results
			.store(new TaskResult(id, TaskState.SUCCESS, result, null, List.of(children), null, null, null, null));
	}

	@Test
	void theRestOfAChainGoesOnFromTheStoredResult() {
		Prepared chain = redeliver(chain(task("fail"), task("add", 5)));
		stored(chain.result().parent().id(), 37, ResultTree.task(chain.result().id()));
		start();
		assertThat(this.worker.results.await(chain.result().id()).result()).isEqualTo(42);
		assertThat(this.tasks.calls("fail")).isEmpty();
	}

	@Test
	void callbacksGetTheIdsThatTheResultTellsOf() {
		TaskOptions links = TaskOptions.builder()
			.link(task("add", 1))
			.link(chain(task("add", 2), task("same")))
			.build();
		Prepared first = redeliver(task("fail").withOptions(links));
		ResultTree children = ResultTree.group("g", List.of(ResultTree.task("one"), ResultTree.task("two")));
		stored(first.result().id(), 40, ResultTree.task("sent by the task itself"), children);
		start();
		assertThat(this.worker.results.await("one").result()).isEqualTo(41);
		assertThat(this.worker.results.await("two").result()).isEqualTo(42);
		assertThat(this.tasks.calls("add")).filteredOn((call) -> call.context().id().equals("one"))
			.singleElement()
			.satisfies((call) -> assertThat(call.context().groupId()).isEqualTo("g"));
	}

	@Test
	void aChordCountsTheStoredResult() {
		Prepared chord = redeliver(chord(group(task("fail"), task("add", 2)), task("sum")));
		stored(chord.child().members().get(0).id(), 40);
		start();
		assertThat(this.worker.results.await(chord.result().id()).result()).isEqualTo(42);
		assertThat(this.tasks.calls("fail")).isEmpty();
	}

	@Test
	void aTaskThatHasNotSucceededIsRunAgain() {
		Prepared chain = redeliver(chain(task("add", 1), task("add", 5)));
		start();
		assertThat(this.worker.results.await(chain.result().id()).result()).isEqualTo(6);
	}

	@Test
	void aTaskThatNothingFollowsIsRunAgain() {
		runFinished(false);
		assertThat(this.tasks.calls("same")).hasSize(1);
	}

	@Test
	void aTaskThatNothingFollowsIsNotRunAgainIfSaidSo() {
		runFinished(true);
		assertThat(this.tasks.calls("same")).isEmpty();
	}

	private void runFinished(boolean deduplicating) {
		Prepared alone = redeliver(task("same", 1));
		stored(alone.result().id(), 1);
		start(deduplicating);
		String next = this.worker.send(task("add", 1)).id();
		this.worker.results.await(next);
		this.worker.awaitSettled();
	}

}
