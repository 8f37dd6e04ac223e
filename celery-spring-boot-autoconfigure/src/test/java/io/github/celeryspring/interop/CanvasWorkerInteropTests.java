package io.github.celeryspring.interop;

import java.util.Map;

import io.github.celeryspring.testsupport.CanvasTasks;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
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
 * Canvases that a Python client sends to our worker, alone and beside a Python worker.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class CanvasWorkerInteropTests {

	/** {@code j} is a task of ours, {@code p} one of Python's. */
	private static final String SHORT = """
			import gc
			from celery import chain, chord, chunks, group, xmap, xstarmap
			from celery.result import AsyncResult
			def j(task, *args, **options):
			    return app.signature(task, args=args, queue="java", **options)
			def p(task, *args, **options):
			    return app.signature("python." + task, args=args, queue="python", **options)
			def run(work):
			    return work.apply_async().get(timeout=15)
			def failure(result):
			    try:
			        # Without those before it, whose failure would be raised first.
			        AsyncResult(result.id).get(timeout=15)
			    except Exception as exc:
			        failed = type(exc).__name__ + str(exc.args)
			    # AsyncResults of its children go with it: later they would end the wait for the same ids.
			    gc.collect()
			    return failed
			""";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private final CanvasTasks tasks = new CanvasTasks();

	private JavaApp app;

	CanvasWorkerInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
	}

	@BeforeEach
	void startWorker() {
		this.app = JavaApp.builder(redis)
			.queues("java", "celery")
			.concurrency(4)
			.tasks((app) -> this.tasks.handlers())
			.start();
	}

	@AfterEach
	void stopWorker() {
		this.app.close();
	}

	private static JsonNode run(String code) {
		return python.run(SHORT + code, Map.of());
	}

	@Test
	void allFormsThatPythonSends() {
		JsonNode results = run("""
				one, two = j("add", 1), j("add", 2)
				inner = chord([one, chain(j("add", 2), j("add", 3))], j("sum"))
				same = j("same")
				return {
				    "chain": run(chain(j("add", 2, 2), j("add", 4), j("add", 8))),
				    "immutable": run(chain(j("add", 2, 2), j("add", 1, 1, immutable=True))),
				    "group": run(group(one, two)),
				    "chord": run(chord([one, two, j("add", 3)], same)),
				    "upgraded": run(chain(one, group(one, two), same)),
				    "chord in chain": run(chain(one, chord([one, two], j("sum")), two)),
				    "chord of chords": run(chord([inner, inner.clone(), one], same)),
				    "chord of chains": run(chord([chain(one, two), chain(two, two)], same)),
				    "chain to group in chord": run(chord([chain(one, group(one, two)), one], same)),
				    "group of chains": run(group(chain(one, two), chain(two, two))),
				    "body is a chain": run(chord([one, two], chain(j("sum"), two))),
				    "body is a group": run(chord([one, two], group(same, j("sum")))),
				    "map": run(xmap(j("add"), [1, 2]).set(queue="java")),
				    "starmap": run(xstarmap(j("add"), [(1, 2), (3, 4)]).set(queue="java")),
				    "chunks": run(chunks(j("add"), [(1,), (2,), (3,)], 2).group().set(queue="java")),
				}
				""");
		assertThat(results.get("chain").asInt()).isEqualTo(16);
		assertThat(results.get("immutable").asInt()).isEqualTo(2);
		assertThat(results.get("group")).hasToString("[1,2]");
		assertThat(results.get("chord")).hasToString("[1,2,3]");
		assertThat(results.get("upgraded")).hasToString("[2,3]");
		assertThat(results.get("chord in chain").asInt()).isEqualTo(7);
		assertThat(results.get("chord of chords")).hasToString("[6,6,1]");
		assertThat(results.get("chord of chains")).hasToString("[3,4]");
		assertThat(results.get("chain to group in chord")).hasToString("[[2,3],1]");
		assertThat(results.get("group of chains")).hasToString("[3,4]");
		assertThat(results.get("body is a chain").asInt()).isEqualTo(5);
		assertThat(results.get("body is a group")).hasToString("[[1,2],3]");
		assertThat(results.get("map")).hasToString("[1,2]");
		assertThat(results.get("starmap")).hasToString("[3,7]");
		assertThat(results.get("chunks")).hasToString("[[1,2],[3]]");
		Unacked.awaitNone(redis);
	}

	@Test
	void pythonSeesWhatFailed() {
		JsonNode results = run(
				"""
						def errback(work, id):
						    return work.on_error(j("same", task_id=id))
						chained = errback(chain(j("fail"), j("add", 1), j("add", 2)), "errback of the chain").apply_async()
						header = group(j("add", 1), chain(j("fail"), j("add", 1)))
						failed = chord(header, errback(j("sum"), "errback of the chord")).apply_async()
						return {
						    "chain": failure(chained), "middle": failure(chained.parent),
						    "errback of the chain": AsyncResult("errback of the chain").get(timeout=10) == chained.parent.parent.id,
						    "chord": failure(failed),
						    "errback of the chord": AsyncResult("errback of the chord").get(timeout=10) == failed.id,
						    "unknown": failure(chain(j("nobody.knows"), j("add", 1)).apply_async()),
						    "in map": failure(xmap(j("fail"), [1]).set(queue="java").apply_async()),
						}
						""");
		assertThat(results.get("chain").asString()).isEqualTo("IllegalStateException('boom',)");
		assertThat(results.get("middle").asString()).isEqualTo("IllegalStateException('boom',)");
		assertThat(results.get("errback of the chain").asBoolean()).isTrue();
		assertThat(results.get("chord").asString()).startsWith("ChordError")
			.contains(" raised IllegalStateException('boom')");
		assertThat(results.get("errback of the chord").asBoolean()).isTrue();
		assertThat(results.get("unknown").asString()).startsWith("NotRegistered");
		assertThat(results.get("in map").asString()).isEqualTo("IllegalStateException('boom',)");
	}

	@Test
	void bothKindsOfWorkersInOneCanvas() {
		python.worker("python").queues("python").concurrency(2).start();
		JsonNode results = run(
				"""
						mixed = [p("add", 1, 1), j("add", 3), chain(p("add", 1, 1), j("add", 2)), chain(j("add", 2), p("add", 3))]
						broken = [j("add", 1), p("fail", "value", "boom")]
						return {
						    "chain": run(chain(p("add", 1, 1), j("add", 2), p("add", 3), j("add", 4))),
						    "body of ours": run(chord(mixed, j("same"))),
						    "body of Python": run(chord([each.clone() for each in mixed], p("identity"))),
						    "fork": run(chain(p("add", 1, 1), group(j("add", 1), p("add", 2)), j("sum"), p("add", 5))),
						    "failure of Python": failure(chord(broken, j("sum")).apply_async()),
						    "failure of ours": failure(chord([p("add", 1, 1), j("fail")], p("identity")).apply_async()),
						    "rest of a chain": failure(chain(j("fail"), p("add", 1), j("add", 1)).apply_async()),
						}
						""");
		assertThat(results.get("chain").asInt()).isEqualTo(11);
		assertThat(results.get("body of ours")).hasToString("[2,3,4,5]");
		assertThat(results.get("body of Python")).hasToString("[2,3,4,5]");
		assertThat(results.get("fork").asInt()).isEqualTo(12);
		assertThat(results.get("failure of Python").asString()).startsWith("ChordError")
			.contains(" raised ValueError('boom')");
		assertThat(results.get("failure of ours").asString()).startsWith("ChordError")
			.contains(" raised IllegalStateException('boom')");
		assertThat(results.get("rest of a chain").asString()).isEqualTo("IllegalStateException('boom',)");
	}

}
