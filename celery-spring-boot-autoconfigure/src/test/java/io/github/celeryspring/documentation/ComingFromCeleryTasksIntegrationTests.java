package io.github.celeryspring.documentation;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.canvas.TaskName;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.client.DeadLetterOperations;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.kombu.DeadLetter;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static io.github.celeryspring.documentation.DocumentedTest.TIMEOUT;
import static io.github.celeryspring.documentation.MathTasks.ADD;
import static io.github.celeryspring.documentation.MathTasks.XSUM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The options of tasks and what tasks do, as docs/coming-from-celery.md shows them.
 */
@DocumentedTest
@ExtendWith(OutputCaptureExtension.class)
class ComingFromCeleryTasksIntegrationTests {

	@Autowired
	private CeleryOperations celery;

	@Autowired
	private Web web;

	@Test
	void retriedByItself() {
		AsyncResult<String> page = this.celery.task("feeds.fetch").args("/a").returning(String.class).send();
		AsyncResult<String> gone = this.celery.task("feeds.fetch").args("/gone").returning(String.class).send();
		assertThat(page.get(TIMEOUT)).isEqualTo("page of /a");
		assertThat(this.web.tries("/a")).isEqualTo(2);
		assertFails(gone, "FileNotFoundException");
		assertThat(gone.document().extended().retries()).isZero();
	}

	@Test
	void retriedByHand() {
		AsyncResult<?> page = this.celery.send("feeds.refresh", "/b");
		assertThat(page.as(String.class).get(TIMEOUT)).isEqualTo("page of /b");
		assertThat(page.document().extended().retries()).isEqualTo(1);
	}

	@Test
	void optionsOfManyTasks() {
		assertThat(this.celery.send("feeds.check", "/c").as(Integer.class).get(TIMEOUT)).isEqualTo(1);
	}

	@Test
	void optionsOfSending() {
		AsyncResult<?> archived = this.celery.send("feeds.archive", "/d");
		assertThat(archived.as(JsonNode.class).get(TIMEOUT).get("queue").asString()).isEqualTo("archive");
		assertThat(archived.as(JsonNode.class).get(TIMEOUT).get("priority").asInt()).isEqualTo(9);
	}

	@Test
	void limits(@Autowired CeleryControl control) {
		assertThat(this.celery.send("feeds.render", "/e").as(String.class).get(TIMEOUT))
			.isEqualTo("what there is so far");
		await().untilAsserted(() -> assertThat(control.withLimit(1).registered("rate_limit").toString())
			.contains("feeds.render [rate_limit=100/s]"));
	}

	@Test
	void failuresAreNotAcknowledged(@Autowired DeadLetterOperations deadLetters, CapturedOutput output) {
		AsyncResult<?> deleted = this.celery.send("feeds.delete", "/f");
		assertFails(deleted, "NoSuchElementException");
		await().until(() -> deadLetters.count("celery") == 1);
		DeadLetter letter = deadLetters.list("celery", 0, 1).get(0);
		assertThat(letter.taskId()).isEqualTo(deleted.id());
		assertThat(output).doesNotContain("at " + FeedTasks.class.getName() + ".delete");
		deadLetters.replay(letter, "elsewhere");
		assertThat(deadLetters.count("celery")).isZero();
	}

	@Test
	void resultsAreIgnored() {
		AsyncResult<?> quiet = this.celery.send("feeds.ping");
		AsyncResult<?> loud = this.celery.send("feeds.ping", "too far");
		await().until(() -> loud.state().equals(TaskState.FAILURE));
		assertThat(loud.document().result()).isEqualTo(new TaskFailure("ValueError", List.of("too far"), "builtins"));
		assertThat(quiet.state()).isEqualTo(TaskState.PENDING);
	}

	@Test
	void statesOfItsOwn() {
		AsyncResult<?> imported = this.celery.send("feeds.import", List.of("/g", "/h"));
		await().until(() -> imported.state().equals(TaskState.STARTED));
		this.web.gate.release();
		await().until(() -> imported.state().name().equals("PROGRESS"));
		assertThat(((JsonNode) imported.document().result()).get("last").asString()).isEqualTo("/g");
		this.web.gate.release();
		assertThat(imported.as(Integer.class).get(TIMEOUT)).isEqualTo(2);
	}

	@Test
	void replaced() {
		AsyncResult<?> total = this.celery.send("feeds.total", List.of(1, 2, 3));
		assertThat(total.as(Integer.class).get(TIMEOUT)).isEqualTo(6);
	}

	@Test
	void addedToChord() {
		AsyncResult<?> sum = this.celery.send(chord(
				group(TaskName.of("feeds.spread", Integer.class).s(List.of(ADD.s(1, 2), ADD.s(3, 4)))), XSUM.s()));
		assertThat(sum.as(Integer.class).get(TIMEOUT)).isEqualTo(10);
	}

	@Test
	void rejectedAndIgnored() {
		AsyncResult<?> claimed = this.celery.send("feeds.claim", "me");
		AsyncResult<?> ignored = this.celery.send("feeds.claim", "nobody");
		assertThat(claimed.as(String.class).get(TIMEOUT)).isEqualTo("claimed by me");
		assertThat(ignored.state()).isEqualTo(TaskState.PENDING);
	}

	@Test
	void sendersAndChildren() {
		AsyncResult<?> published = this.celery.send("feeds.publish", 4);
		String added = published.as(String.class).get(TIMEOUT);
		assertThat(published.children()).singleElement().extracting(AsyncResult::id).isEqualTo(added);
	}

	@Test
	void argumentsOfAnyType() {
		AsyncResult<?> stored = this.celery.task("feeds.store")
			.args(new FeedTasks.Entry("Hello", List.of("a")))
			.kwargs(Map.of("priority", 3))
			.send();
		assertThat(stored.as(String.class).get(TIMEOUT)).isEqualTo("Hello[a]3");
	}

	private static void assertFails(AsyncResult<?> result, String type) {
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> result.get(Duration.ofSeconds(20)))
			.satisfies((ex) -> assertThat(ex.getType()).isEqualTo(type));
	}

}
