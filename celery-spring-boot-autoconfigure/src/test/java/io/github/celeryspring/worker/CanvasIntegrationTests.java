package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.result.GroupResult;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.testsupport.CanvasTasks;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static io.github.celeryspring.canvas.Signatures.xmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Canvases on Redis.
 */
class CanvasIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static final Duration LONG = Duration.ofMinutes(1);

	private final CanvasTasks tasks = new CanvasTasks();

	private JavaApp app;

	@BeforeEach
	void start() {
		this.app = JavaApp.builder(redis).queues("celery").concurrency(4).tasks((app) -> this.tasks.handlers()).start();
	}

	@AfterEach
	void stop() {
		this.app.close();
	}

	private static TaskSignature task(String name, Object... args) {
		return TaskSignature.of(name, args);
	}

	private String get(Signature work) {
		return get(this.app.send(work));
	}

	private String get(ResultTree result) {
		return String.valueOf(this.app.celery().result(result.id()).get(Duration.ofSeconds(10)));
	}

	@Test
	void canvasesOfAllKinds() {
		assertThat(get(chain(task("add", 1, 1), task("add", 2), task("add", 3)))).isEqualTo("7");
		assertThat(get(chord(group(task("add", 1), task("add", 2)), task("same")))).isEqualTo("[1, 2]");
		Signature inner = chord(group(task("add", 1), chain(task("add", 2), task("add", 3))), task("sum"));
		assertThat(get(
				chain(chord(group(inner, inner), task("sum")), group(task("add", 1), task("add", 2)), task("same"))))
			.isEqualTo("[13, 14]");
		assertThat(get(chord(group(group(task("add", 1), task("add", 2)), task("add", 3)), task("sum"))))
			.isEqualTo("6");
		assertThat(get(chord(group(chain(task("add", 1), group(task("add", 2), task("add", 3))), task("add", 9)),
				task("same"))))
			.isEqualTo("[[3, 4], 9]");
		assertThat(get(xmap(task("add"), List.of(1, 2)))).isEqualTo("[1, 2]");
		assertThat(get(chain(task("replace", group(task("add", 1), task("add", 2))), task("sum")))).isEqualTo("3");
		assertThat(get(chord(group(task("add", 1), task("extend", task("add", 10), task("add", 20))), task("sum"))))
			.isEqualTo("31");
		Unacked.awaitNone(redis);
		assertThat(redis.commands().keys("*.j")).isEmpty();
	}

	@Test
	void manyParts() {
		List<TaskSignature> adds = IntStream.range(0, 10_000).mapToObj((i) -> task("add", i)).toList();
		GroupResult<Integer> members = this.app.celery().send(group(adds)).asListOf(Integer.class);
		assertThat(members.get(LONG)).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
		assertThat(this.app.celery().send(chord(group(adds), task("sum"))).get(LONG)).hasToString("49995000");
		assertThat(this.tasks.calls("sum")).hasSize(1);
	}

	@Test
	void manySteps() {
		List<TaskSignature> adds = Collections.nCopies(1000, task("add", 1));
		assertThat(this.app.celery().send(chain(adds)).get(LONG)).hasToString("1000");
		assertThat(this.tasks.calls("add")).hasSize(1000);
	}

	@Test
	void chainGoesOnElsewhereWhenItsWorkerStops() {
		ResultTree result = this.app.send(chain(Collections.nCopies(500, task("add", 1))));
		await().until(() -> this.tasks.calls("add").size() > 100);
		stop();
		assertThat(redis.commands().hlen("unacked")).isZero();
		assertThat(this.tasks.calls("add")).hasSizeLessThan(500);
		start();
		assertThat(get(result)).isEqualTo("500");
		assertThat(this.tasks.calls("add")).hasSize(500);
		Unacked.awaitNone(redis);
	}

	@Test
	void aFailureReachesAllWhoWait() {
		TaskOptions errback = TaskOptions.builder()
			.linkError(task("same").withOptions(TaskOptions.builder().taskId("errback").build()))
			.build();
		Group header = group(task("add", 1), chain(task("fail"), task("add", 2)));
		ResultTree result = this.app.send(chain(chord(header, task("sum").withOptions(errback)), task("add", 1)));
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> get(result))
			.withMessageContaining("Dependency")
			.satisfies((ex) -> assertThat(ex.getType()).isEqualTo("ChordError"));
		assertThat(get(ResultTree.task("errback"))).isEqualTo(result.parent().id());
		assertThat(this.tasks.calls("sum")).isEmpty();
		Unacked.awaitNone(redis);
	}

}
