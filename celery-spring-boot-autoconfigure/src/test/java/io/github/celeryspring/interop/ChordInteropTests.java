package io.github.celeryspring.interop;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.result.ChordBackend;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.result.redis.RedisResultBackend;
import io.github.celeryspring.result.redis.RedisResultOptions;
import io.github.celeryspring.result.redis.RedisResultOptions.RetryPolicy;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tasks of one chord that return at Python's backend and at ours.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class ChordInteropTests {

	private static final String PARTS = "celery-taskset-meta-g.j";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private final RedisConnections connections = redis.connections();

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private final RedisResultBackend ordered = backend(true);

	private final RedisResultBackend unordered = backend(false);

	ChordInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
		python.run("""
				from celery.app.task import Context
				from celery import signature

				def returned(form, task, index, result, state="SUCCESS"):
				    app.backend.__dict__["_chord_zset"] = form == "zset"
				    body = signature("body", options={"task_id": "body", "queue": "bodies"}, app=app)
				    request = Context(id=task, group="g", group_index=index, chord=body)
				    app.backend.on_chord_part_return(request, state, result)

				scope = globals()
				scope["returned"] = returned
				""");
	}

	private RedisResultBackend backend(boolean ordered) {
		return new RedisResultBackend(this.connections, this.serializers,
				new RedisResultOptions(Duration.ofHours(1), "", ordered, RetryPolicy.DEFAULTS));
	}

	@BeforeEach
	void forgetBodies() {
		assertThat(redis.commands().llen("bodies")).isZero();
	}

	@AfterEach
	void close() {
		this.ordered.close();
		this.unordered.close();
		this.connections.close();
	}

	@Test
	void javaCompletesAnOrderedChord() {
		javaCompletes(this.ordered.chords(), "zset", List.of(0, 10, 20, 30));
	}

	@Test
	void javaCompletesAnUnorderedChord() {
		javaCompletes(this.unordered.chords(), "list", List.of(30, 20, 10, 0));
	}

	private void javaCompletes(ChordBackend chords, String form, List<Integer> results) {
		python.run("app.backend.set_chord_size('g', 4)");
		assertThat(java(chords, 3)).isFalse();
		python(form, 2);
		python(form, 1);
		assertThat(redis.commands().llen("bodies")).isZero();
		assertThat(java(chords, 0)).isTrue();
		assertThat(done(chords.parts("g"))).extracting((part) -> ((JsonNode) part.result()).asInt())
			.containsExactlyElementsOf(results);
		done(chords.bodySent(new ChordMember("g", "t0", 0)));
		assertThat(redis.commands().exists(PARTS, "celery-taskset-meta-g.s", "celery-taskset-meta-g.d")).isZero();
	}

	@Test
	void pythonCompletesAnOrderedChord() {
		pythonCompletes(this.ordered.chords(), "zset", "[0, 10, 20, 30]");
	}

	@Test
	void pythonCompletesAnUnorderedChord() {
		pythonCompletes(this.unordered.chords(), "list", "[30, 20, 10, 0]");
	}

	private void pythonCompletes(ChordBackend chords, String form, String results) {
		done(chords.setSize("g", 4));
		python(form, 3);
		assertThat(java(chords, 2)).isFalse();
		assertThat(java(chords, 1)).isFalse();
		python(form, 0);
		assertThat(bodies()).containsExactly(results);
		assertThat(java(chords, 1)).as("a late copy").isFalse();
		assertThat(redis.commands().exists("celery-taskset-meta-g.s")).isZero();
	}

	@Test
	void bothWriteTheSameParts() {
		python.run("app.backend.set_chord_size('g', 9)");
		for (int i = 0; i < 2; i++) {
			java(this.ordered.chords(), i);
			python("zset", i);
		}
		Map<String, Object> failure = Map.of("task", "t5");
		done(this.ordered.chords()
			.partReturned(new ChordMember("g", "t5", 5), TaskState.FAILURE,
					new TaskFailure("ValueError", List.of("bad", 1), "builtins")));
		python.run("returned('zset', values['task'], 5, ValueError('bad', 1), 'FAILURE')", failure);
		assertThat(redis.commands().zcard(PARTS)).isEqualTo(3);
	}

	@Test
	void aTaskThatRanAtPythonCountsOnceInJava() {
		done(this.unordered.chords().setSize("g", 2));
		python("list", 0);
		assertThat(done(this.unordered.chords()
			.partReturned(new ChordMember("g", "t0", 0), TaskState.SUCCESS, "another result"))).isFalse();
		assertThat(redis.commands().llen(PARTS)).isEqualTo(1);
		assertThat(java(this.unordered.chords(), 1)).isTrue();
	}

	@Test
	void aTaskThatRanAtJavaCountsOnceInPython() {
		done(this.ordered.chords().setSize("g", 2));
		java(this.ordered.chords(), 0);
		python("zset", 0);
		assertThat(bodies()).isEmpty();
		python("zset", 1);
		assertThat(bodies()).containsExactly("[0, 10]");
	}

	@Test
	void pythonFailsTheChordOfAFailureInJava() {
		done(this.ordered.chords().setSize("g", 2));
		done(this.ordered.chords()
			.partReturned(new ChordMember("g", "t0", 0), TaskState.FAILURE,
					new TaskFailure("ValueError", List.of("bad"), "builtins")));
		python("zset", 1);
		assertThat(bodies()).isEmpty();
		assertThat(redis.commands().get("celery-task-meta-body")).contains("\"FAILURE\"", "ChordError",
				"Dependency t0 raised ValueError('bad')");
	}

	@Test
	void aGroupSavedByPythonIsRestored() {
		python.run("""
				from celery.result import AsyncResult, GroupResult
				inner = GroupResult("inner", [AsyncResult("b"), AsyncResult("c")])
				GroupResult("g", [AsyncResult("a"), inner], parent=AsyncResult("p")).save()
				""");
		assertThat(done(this.ordered.chords().restoreGroup("g"))).isEqualTo(tree());
	}

	@Test
	void aGroupSavedByJavaIsRestored() {
		done(this.ordered.chords().saveGroup(tree()));
		assertThat(python.run("""
				from celery.result import GroupResult
				return GroupResult.restore("g").as_tuple()
				""").toString()).isEqualTo("[[\"g\",[[\"p\",null],null]],[[[\"a\",null],null],[[\"inner\",null],"
				+ "[[[\"b\",null],null],[[\"c\",null],null]]]]]");
	}

	private static ResultTree tree() {
		ResultTree inner = ResultTree.group("inner", List.of(ResultTree.task("b"), ResultTree.task("c")));
		return new ResultTree("g", ResultTree.task("p"), List.of(ResultTree.task("a"), inner));
	}

	private static boolean java(ChordBackend chords, int index) {
		return done(chords.partReturned(new ChordMember("g", "t" + index, index), TaskState.SUCCESS, 10 * index));
	}

	private static void python(String form, int index) {
		python.run("returned(values['form'], 't%d' % values['index'], values['index'], 10 * values['index'])",
				Map.of("form", form, "index", index));
	}

	/** The first argument of each body that was sent. */
	private static List<String> bodies() {
		return python.run("""
				import base64
				sent = app.backend.client.lrange("bodies", 0, -1)
				return [json.dumps(json.loads(base64.b64decode(json.loads(each)["body"]))[0][0]) for each in sent]
				""").valueStream().map(JsonNode::asString).toList();
	}

	private static <T> T done(CompletionStage<T> stage) {
		return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
	}

}
