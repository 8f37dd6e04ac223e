package io.github.celeryspring.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.testsupport.CanvasTasks;
import io.github.celeryspring.testsupport.CanvasTasks.Call;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What follows tasks that succeed or fail.
 */
class CanvasFollowersTests {

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

	private static <T extends Signature> Signature errback(T work, String name) {
		return work.withOptions(work.options().mutate().linkError(task("same").withOptions(id(name))).build());
	}

	private static TaskOptions id(String id) {
		return TaskOptions.builder().taskId(id).build();
	}

	private Object await(ResultTree result) {
		TaskResult document = this.worker.results.await(result.id());
		assertThat(document.state()).as(String.valueOf(document)).isEqualTo(TaskState.SUCCESS);
		return document.result();
	}

	private TaskFailure awaitFailure(String id) {
		TaskResult document = this.worker.results.await(id);
		assertThat(document.state()).as(String.valueOf(document)).isEqualTo(TaskState.FAILURE);
		return (TaskFailure) document.result();
	}

	@Test
	void eachTaskOfAChainGetsTheResultBeforeIt() {
		ResultTree result = this.worker.send(chain(task("add", 2, 2), task("add", 4), task("add", 8)));
		assertThat(await(result)).isEqualTo(16);
		List<TaskContext> contexts = this.tasks.calls("add").stream().map(Call::context).toList();
		assertThat(contexts).extracting(TaskContext::id)
			.containsExactly(result.parent().parent().id(), result.parent().id(), result.id());
		assertThat(contexts).extracting(TaskContext::rootId).containsOnly(contexts.get(0).id());
		assertThat(contexts).extracting(TaskContext::parentId)
			.containsExactly(null, contexts.get(0).id(), contexts.get(1).id());
		assertThat(this.worker.results.await(contexts.get(0).id()).children())
			.containsExactly(ResultTree.task(contexts.get(1).id()));
	}

	@Test
	void anImmutableTaskTakesNoResult() {
		assertThat(await(this.worker.send(chain(task("add", 2, 2), task("add", 1, 1).asImmutable())))).isEqualTo(2);
	}

	@Test
	void oneCallbackIsSentByItself() {
		TaskSignature add = task("add", 1, 2);
		this.worker.send(add.withOptions(TaskOptions.builder().link(task("same").withOptions(id("callback"))).build()));
		assertThat(await(ResultTree.task("callback"))).hasToString("3");
		assertThat(this.tasks.calls("same").get(0).context().groupId()).isNull();
	}

	@Test
	void severalCallbacksAreSentAsAGroup() {
		TaskOptions links = TaskOptions.builder().link(task("add", 10)).link(task("add", 20)).build();
		ResultTree first = this.worker.send(task("same", 3).withOptions(links));
		List<ResultTree> children = this.worker.results.await(first.id()).children();
		assertThat(children).hasSize(1);
		List<ResultTree> members = children.get(0).members();
		assertThat(List.of(await(members.get(0)), await(members.get(1)))).containsExactly(13, 23);
		assertThat(this.tasks.calls("add")).extracting((call) -> call.context().groupId())
			.containsOnly(children.get(0).id());
		assertThat(this.tasks.calls("add")).extracting((call) -> call.context().parentId()).containsOnly(first.id());
	}

	@Test
	void priorityIsInheritedIfSaidSo() {
		try (TestWorker inheriting = new TestWorker()) {
			CanvasTasks inherited = new CanvasTasks();
			inherited.handlers().forEach(inheriting::task);
			inheriting.start((options) -> options.inheritParentPriority(true));
			TaskSignature urgent = task("add", 1).withOptions(TaskOptions.builder().priority(9).build());
			inheriting.results.await(inheriting.send(chain(urgent, task("add", 2))).id());
			assertThat(inherited.calls("add")).extracting((call) -> call.context().priority()).containsExactly(9, 9);
		}
		ResultTree result = this.worker
			.send(chain(task("add", 1).withOptions(TaskOptions.builder().priority(9).build()), task("add", 2)));
		await(result);
		assertThat(this.tasks.calls("add")).extracting((call) -> call.context().priority()).containsExactly(9, 0);
	}

	@Test
	void theBodyOfAChordGetsAllResultsInOrder() {
		ResultTree result = this.worker
			.send(chord(group(task("add", 1), task("add", 2), task("add", 3)), task("same")));
		assertThat(await(result)).hasToString("[1,2,3]");
		assertThat(this.tasks.calls("same")).hasSize(1);
		assertThat(this.tasks.calls("same").get(0).context().parentId())
			.isIn(this.tasks.calls("add").stream().map((call) -> call.context().id()).toList());
	}

	@Test
	void aTaskWhoseResultIsIgnoredCountsForItsChord() {
		TaskOptions ignored = TaskOptions.builder().ignoreResult(true).build();
		ResultTree result = this.worker
			.send(chord(group(task("add", 1).withOptions(ignored), task("add", 2)), task("sum")));
		assertThat(await(result)).isEqualTo(3);
	}

	@Test
	void canvasesAreNested() {
		Signature inner = chord(group(task("add", 1), chain(task("add", 2), task("add", 3))), task("sum"));
		Signature outer = chord(group(inner, task("add", 10)), task("sum"));
		Signature fork = group(task("add", 1), task("add", 2));
		// 1 + (2 + 3) = 6; 6 + 10 = 16; 116; 117 + 118
		assertThat(await(this.worker.send(chain(outer, task("add", 100), fork, task("sum"))))).isEqualTo(235);
	}

	@Test
	void theRestOfAChainFailsWithATask() {
		Signature chain = errback(
				chain(task("fail"), task("add", 1), group(task("add", 2), task("add", 3)), task("sum"), task("same")),
				"errback");
		ResultTree result = this.worker.send(chain);
		assertThat(awaitFailure(result.id()).message()).isEqualTo(List.of("boom"));
		for (ResultTree each = result; each != null; each = each.parent()) {
			List<ResultTree> all = (each.members() != null) ? each.members() : List.of(each);
			all.forEach((one) -> assertThat(awaitFailure(one.id()).type()).isEqualTo("IllegalStateException"));
		}
		ResultTree failed = result;
		while (failed.parent() != null) {
			failed = failed.parent();
		}
		assertThat(await(ResultTree.task("errback"))).hasToString("\"" + failed.id() + "\"");
		assertThat(this.tasks.calls("add")).isEmpty();
	}

	@Test
	void aChordFailsWithAPart() {
		Chord chord = chord(group(task("add", 1), task("fail"), task("add", 3)), task("sum"));
		ResultTree result = this.worker.send(errback(chord, "errback"));
		TaskFailure failure = awaitFailure(result.id());
		assertThat(failure.type()).isEqualTo("ChordError");
		assertThat(failure.message()).isEqualTo(List.of("Dependency " + this.tasks.calls("fail").get(0).context().id()
				+ " raised IllegalStateException('boom')"));
		assertThat(await(ResultTree.task("errback"))).hasToString("\"" + result.id() + "\"");
		assertThat(this.tasks.calls("sum")).isEmpty();
		ResultTree errbacks = this.worker.results.await(result.id()).children().get(0);
		assertThat(errbacks.members()).containsExactly(ResultTree.task("errback"));
	}

	@Test
	void anErrbackOfAChordAndOfTheOneInItIsCalledOnce() {
		// Celery's chord.link_error links to both bodies.
		Chord inner = chord(group(task("add", 1), task("fail")), errback(task("sum"), "errback"));
		Chord outer = chord(group(task("add", 2), inner), errback(task("sum"), "errback"));
		ResultTree result = this.worker.send(outer);
		assertThat(await(ResultTree.task("errback"))).hasToString("\"" + result.id() + "\"");
		await(this.worker.send(task("add", 1, 1)));
		assertThat(this.tasks.calls("same")).hasSize(1);
	}

	@Test
	void eachMemberOfABodyThatIsAGroupFailsAsThePartDid() {
		Signature body = group(task("add", 1), errback(task("add", 2), "errback"));
		ResultTree result = this.worker
			.send(new Chord(group(task("fail"), task("same", 1)), body, TaskOptions.NONE, false));
		assertThat(result.members()).hasSize(2)
			.allSatisfy((each) -> assertThat(awaitFailure(each.id()).type()).isEqualTo("IllegalStateException"));
		assertThat(await(ResultTree.task("errback"))).hasToString("\"" + result.members().get(1).id() + "\"");
	}

	@Test
	void aFailureGoesThroughChordsOfChordsAndTheChainAfterThem() {
		Chord inner = chord(group(task("add", 1), chain(task("fail"), task("add", 3))), task("sum"));
		Chord outer = chord(group(chain(inner, task("add", 1)), task("add", 2)), task("sum"));
		ResultTree result = this.worker.send(chain(outer, task("add", 1)));
		assertThat(awaitFailure(result.id()).type()).isEqualTo("ChordError");
		assertThat(awaitFailure(result.parent().id()).type()).isEqualTo("ChordError");
		assertThat(this.tasks.calls("sum")).isEmpty();
	}

	@Test
	void aTaskThatIsNotRunFailsItsChord() {
		TaskOptions expired = TaskOptions.builder().expires(Instant.now().minus(Duration.ofHours(1))).build();
		ResultTree result = this.worker
			.send(chord(group(task("add", 1), task("add", 1).withOptions(expired)), task("sum")));
		assertThat(awaitFailure(result.id()).message().toString()).contains("raised TaskRevokedError('expired')");
	}

	@Test
	void aTaskThatNobodyKnowsFailsItsChordAndChain() {
		ResultTree result = this.worker.send(chord(group(task("add", 1), task("nobody.knows")), task("sum")));
		assertThat(awaitFailure(result.id()).message().toString()).contains("raised NotRegistered('nobody.knows')");
		ResultTree last = this.worker.send(chain(task("nobody.knows"), task("add", 1)));
		assertThat(awaitFailure(last.id()).type()).isEqualTo("NotRegistered");
	}

	@Test
	void aPartThatCannotBeWrittenFailsTheChordEvenIfItsResultIsIgnored() {
		this.worker.task("unwritable", (context, body) -> new Object() {
			@SuppressWarnings("unused")
			public Object getSelf() {
				throw new IllegalStateException("not readable");
			}
		});
		TaskOptions ignored = TaskOptions.builder().ignoreResult(true).build();
		ResultTree result = this.worker
			.send(chord(group(task("unwritable").withOptions(ignored), task("add", 1)), task("sum")));
		assertThat(awaitFailure(result.id()).message().toString()).contains("raised EncodeError(");
	}

	@Test
	void aBodyThatCannotBeSentFailsTheChord() {
		TaskOptions options = TaskOptions.builder().countdown(Duration.ofSeconds(1)).eta(Instant.now()).build();
		ResultTree result = this.worker
			.send(chord(group(task("add", 1), task("add", 1)), task("sum").withOptions(options)));
		assertThat(awaitFailure(result.id()).message().toString()).contains("Callback error: InvalidMessageException(");
	}

	@Test
	void aCallbackThatCannotBeReadFailsTheTask() {
		TestMessage message = TestMessage.of("add", 1).embed(new TaskEmbed(List.of("no signature"), null, null, null));
		String id = this.worker.send(message);
		assertThat(awaitFailure(id).type()).isEqualTo("InvalidMessageException");
		Awaitility.await().until(() -> this.worker.transport.unacked() == 0);
	}

}
