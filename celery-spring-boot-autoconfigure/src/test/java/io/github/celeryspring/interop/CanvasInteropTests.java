package io.github.celeryspring.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.GroupResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.chunks;
import static io.github.celeryspring.canvas.Signatures.group;
import static io.github.celeryspring.canvas.Signatures.signature;
import static io.github.celeryspring.canvas.Signatures.starmap;
import static io.github.celeryspring.canvas.Signatures.xmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Canvases that our client sends to a worker of Python.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class CanvasInteropTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private static JavaApp app;

	CanvasInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
		python.worker("canvas").queues("celery").kept().start();
		app = JavaApp.builder(redis).taggedTypes(version.taggedTypes()).start();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		if (app != null) {
			app.close();
		}
	}

	private static TaskSignature add(Object... args) {
		return signature("python.add", args);
	}

	private static TaskSignature sum() {
		return signature("python.sum");
	}

	private static TaskSignature same(Object... args) {
		return signature("python.identity", args);
	}

	private static TaskSignature fail() {
		return signature("python.fail", "value", "broken").asImmutable();
	}

	static Stream<Arguments> canvases() {
		return Stream.of(Arguments.of("chain", chain(add(2, 2), add(4), add(8)), 16),
				Arguments.of("chain in a chain", chain(add(1, 1), chain(add(2), add(3)), add(4)), 11),
				Arguments.of("immutable step", chain(add(1, 1), add(2, 2).asImmutable(), add(3)), 7),
				Arguments.of("group", group(add(1, 1), add(2, 2), add(3, 3)), List.of(2, 4, 6)),
				Arguments.of("empty group", group(), List.of()),
				Arguments.of("group of groups", group(add(1, 1), group(add(2, 2), add(3, 3))), List.of(2, 4, 6)),
				Arguments.of("group of chains", group(chain(add(1, 1), add(1)), chain(add(2, 2), add(2))),
						List.of(3, 6)),
				Arguments.of("chord", chord(group(add(1, 1), add(2, 2)), sum()), 6),
				Arguments.of("chord of one", chord(group(add(1, 1)), sum()), 2),
				Arguments.of("chord of nothing", chord(group(), sum()), 0),
				Arguments.of("chord of chains", chord(group(chain(add(1, 1), add(1)), add(2, 2)), sum()), 7),
				Arguments.of("chord of groups", chord(group(group(add(1, 1), add(2, 2)), add(3, 3)), sum()), 12),
				Arguments.of("chord of chords",
						chord(group(chord(group(add(1, 1), add(2, 2)), sum()), add(3, 3)), sum()), 12),
				Arguments.of("chord with a chain as body", chord(group(add(1, 1), add(2, 2)), chain(sum(), add(5))),
						11),
				Arguments.of("chord with a group as body", chord(group(add(1, 1), add(2, 2)), group(sum(), same())),
						List.of(6, List.of(2, 4))),
				Arguments.of("chord with a chord as body",
						chord(group(add(1, 1), add(2, 2)), chord(group(sum(), sum()), sum())), 12),
				Arguments.of("group in a chain", chain(add(1, 1), group(add(10), add(20)), sum()), 34),
				Arguments.of("group at the end of a chain", chain(add(1, 1), group(add(10), add(20))), List.of(12, 22)),
				Arguments.of("chords in a chain",
						chain(add(1, 1), group(add(1), add(2)), sum(), group(add(1), add(2)), sum(), add(1)), 18),
				Arguments.of("map", xmap(sum(), List.of(List.of(1, 2), List.of(3, 4))), List.of(3, 7)),
				Arguments.of("starmap", starmap(add(), List.of(List.of(1, 2), List.of(3, 4))), List.of(3, 7)),
				Arguments.of("chunks", chunks(add(), List.of(List.of(1, 2), List.of(3, 4), List.of(5, 6)), 2),
						List.of(List.of(3, 7), List.of(11))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("canvases")
	void runs(String name, Signature canvas, Object expected) {
		assertThat(app.celery().send(canvas).get(PATIENCE)).isEqualTo(expected);
	}

	@Test
	void resultsOfAChainAreKnownInAdvance() {
		AsyncResult<?> last = app.celery().send(chain(add(1, 1), add(2), add(3)));
		AsyncResult<?> second = Objects.requireNonNull(last.parent());
		AsyncResult<?> first = Objects.requireNonNull(second.parent());
		assertThat(first.parent()).isNull();
		assertThat(last.get(PATIENCE)).isEqualTo(7);
		assertThat(second.get(PATIENCE)).isEqualTo(4);
		assertThat(first.get(PATIENCE)).isEqualTo(2);
		assertThat(first.children()).singleElement().extracting(AsyncResult::id).isEqualTo(second.id());
	}

	@Test
	void headerIsTheParentOfTheBody() {
		AsyncResult<?> body = app.celery().send(chord(group(add(1, 1), add(2, 2)), sum()));
		assertThat(body.get(PATIENCE)).isEqualTo(6);
		assertThat(body.parent()).isInstanceOfSatisfying(GroupResult.class,
				(header) -> assertThat(header.get(PATIENCE)).isEqualTo(List.of(2, 4)));
	}

	@Test
	void callbacksAndErrbacksAreCalled() {
		AsyncResult<?> good = app.celery()
			.task("python.add")
			.args(1, 1)
			.link(signature("python.silent", "linked").asImmutable())
			.linkError(signature("python.silent"))
			.send();
		AsyncResult<?> bad = app.celery()
			.send(chain(fail(), add(1)).linkError(signature("python.silent"))
				.link(signature("python.silent", "never")));
		assertThat(good.get(PATIENCE)).isEqualTo(2);
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> bad.get(PATIENCE))
			.withMessageContaining("broken");
		String failed = Objects.requireNonNull(bad.parent()).id();
		Awaitility.await().until(() -> redis.commands().exists("linked", failed) == 2);
		assertThat(redis.commands().exists("never", good.id())).isZero();
	}

	@Test
	void waitingForAGroupEndsWhenWhatGoesBeforeItFails() {
		AsyncResult<?> result = app.celery().send(chain(fail(), group(add(1), add(2))));
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> result.get(PATIENCE))
			.withMessageContaining("broken");
	}

	@Test
	void failureOfAHeaderFailsTheBody() {
		AsyncResult<?> body = app.celery().send(chord(group(add(1, 1), fail()), sum()));
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> body.get(PATIENCE))
			.withMessageContaining("broken");
	}

	@Test
	void handsOverTasksAsTheyEnd() {
		GroupResult<Integer> result = app.celery()
			.send(group(IntStream.range(0, 30).mapToObj((i) -> add(i, i))))
			.asListOf(Integer.class);
		List<Integer> values = new ArrayList<>();
		result.iterate(PATIENCE).forEachRemaining((each) -> values.add(each.get(Duration.ZERO)));
		assertThat(values).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 30).mapToObj((i) -> 2 * i).toList());
		assertThat(result.completedCount()).isEqualTo(30);
		assertThat(result.ready()).isTrue();
		assertThat(result.successful()).isTrue();
		assertThat(result.get(PATIENCE)).hasSize(30).startsWith(0, 2, 4);
		result.forget();
		assertThat(result.completedCount()).isZero();
		assertThat(result.state()).isEqualTo(TaskState.PENDING);
	}

	@Test
	void groupsAreSavedForPythonAndByPython() {
		GroupResult<?> sent = app.celery().send(group(add(1, 1), chain(add(2, 2), add(3))));
		sent.save();
		assertThat(python.run("return app.GroupResult.restore(values['id']).get(timeout=20)", Map.of("id", sent.id())))
			.hasToString("[2,7]");
		sent.delete();
		assertThat(app.celery().restoreGroup(sent.id())).isNull();
		String id = python.run("""
				result = celery.group(add.s(1, 1), add.s(2, 2) | add.s(3)).apply_async()
				result.save()
				return result.id
				""").stringValue();
		GroupResult<?> restored = Objects.requireNonNull(app.celery().restoreGroup(id));
		assertThat((Object) restored.get(PATIENCE)).isEqualTo(List.of(2, 7));
		assertThat((Object) restored.results().get(1).parent().get(PATIENCE)).isEqualTo(4);
	}

	@Test
	void optionsOfACallWin() {
		Chain canvas = chain(add(1, 1), add(2));
		AsyncResult<?> result = app.celery().send(canvas, (options) -> options.taskId("mine").queue("celery"));
		assertThat(result.id()).isEqualTo("mine");
		assertThat(result.get(PATIENCE)).isEqualTo(4);
		assertThat(canvas.options()).isEqualTo(TaskOptions.NONE);
	}

}
