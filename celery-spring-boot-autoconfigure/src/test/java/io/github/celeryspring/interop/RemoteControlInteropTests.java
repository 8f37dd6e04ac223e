package io.github.celeryspring.interop;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Python asks and commands our worker, and we a Python worker; both hear everything.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class RemoteControlInteropTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String JAVA = "celery@java";

	private static final String PYTHON = "python@localhost";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private static final Semaphore permits = new Semaphore(0);

	private static final String revokedBefore = UUID.randomUUID().toString();

	private static JavaApp app;

	private static CeleryControl control;

	RemoteControlInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
		app = JavaApp.builder(redis)
			.queues("java")
			.concurrency(1)
			.prefetchMultiplier(4)
			.remoteControl()
			.tasks((self) -> Map.of("java.wait", (context, body) -> {
				permits.acquire();
				return "done";
			}, "java.echo", (context, body) -> body.args()))
			.start();
		control = app.control();
		Awaitility.await().until(() -> !control.withTimeout(Duration.ofMillis(200)).withLimit(1).ping().isEmpty());
		control.to(JAVA).call("revoke", Map.of("task_id", revokedBefore));
		python.worker("python").queues("python").mingle().kept().start();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		if (app != null) {
			app.close();
		}
	}

	private static JsonNode run(String code) {
		return python.run("""
				inspect = app.control.inspect(destination=["celery@java"], timeout=10)
				""" + code);
	}

	@Test
	void bothAnswerBoth() {
		assertThat(run("return sorted(app.control.inspect(timeout=10, limit=2).ping().items())").toString())
			.isEqualTo("[[\"celery@java\",{\"ok\":\"pong\"}],[\"python@localhost\",{\"ok\":\"pong\"}]]");
		assertThat(run("return app.control.ping(destination=['celery@java'], timeout=10)").toString())
			.isEqualTo("[{\"celery@java\":{\"ok\":\"pong\"}}]");
		assertThat(control.withLimit(2).withTimeout(SOON).ping()).containsExactlyInAnyOrder(JAVA, PYTHON);
		assertThat(control.to(PYTHON).withTimeout(SOON).ping()).containsExactly(PYTHON);
		assertThat(redis.commands().keys("*reply.celery.pidbox")).isEmpty();
	}

	@Test
	void pythonMatchesNames() {
		assertThat(run("""
				return [list(app.control.broadcast("ping", reply=True, timeout=10, limit=1, pattern=pattern,
				                                   matcher=matcher)[0])
				        for pattern, matcher in [("celery@*", "glob"), ("c[a-f]lery@*", "glob"), ("celery", "pcre")]]
				""").toString()).isEqualTo("[[\"celery@java\"],[\"celery@java\"],[\"celery@java\"]]");
	}

	@Test
	void pythonInspectsOurWorker() {
		assertThat(run("return inspect.registered()['celery@java']").toString())
			.isEqualTo("[\"java.echo\",\"java.wait\"]");
		assertThat(run("return [queue['name'] for queue in inspect.active_queues()['celery@java']]").toString())
			.isEqualTo("[\"java\"]");
		assertThat(run("return inspect.stats()['celery@java']['pool']['max-concurrency']").asInt()).isEqualTo(1);
		assertThat(run("return inspect.conf()['celery@java']['worker_concurrency']").asInt()).isEqualTo(1);
		assertThat(run("return inspect.clock()['celery@java']['clock']").asInt()).isPositive();
		assertThat(run("return inspect.report()['celery@java']['ok']").asString()).contains("java:");
		assertThat(run("return inspect.scheduled()").toString()).isEqualTo("{\"celery@java\":[]}");
	}

	@Test
	void theKeysOfOurAnswersAreThoseOfPythons() {
		Map<String, JsonNode> stats = control.withLimit(2).withTimeout(SOON).stats();
		assertThat(stats.get(PYTHON).propertyNames()).containsAll(stats.get(JAVA).propertyNames());
		Map<String, JsonNode> queues = control.withLimit(2).withTimeout(SOON).activeQueues();
		assertThat(queues.get(JAVA).get(0).propertyNames())
			.containsExactlyElementsOf(queues.get(PYTHON).get(0).propertyNames());
		assertThat(queues.get(JAVA).get(0).get("exchange").propertyNames())
			.containsExactlyElementsOf(queues.get(PYTHON).get(0).get("exchange").propertyNames());
	}

	@Test
	void pythonSeesOurTasks() {
		JsonNode seen = run(
				"""
						import time
						running, waiting = [app.send_task("java.wait", ["a"], {"b": 1}, queue="java") for _ in range(2)]
						def states():
						    return {id: state for id, (state, _) in inspect.query_task(running.id, waiting.id)["celery@java"].items()}
						while states() != {running.id: "active", waiting.id: "reserved"}:
						    time.sleep(0.02)
						info = inspect.active()["celery@java"][0]
						reserved = inspect.reserved()["celery@java"][0]
						return [info["args"], info["kwargs"], info["id"] == running.id, info["type"], info["time_start"] > 0,
						        reserved["id"] == waiting.id, reserved["time_start"]]
						""");
		permits.release(2);
		assertThat(seen.toString()).isEqualTo("[[\"a\"],{\"b\":1},true,\"java.wait\",true,true,null]");
		// What Celery's own tests do between two of them; 5.2 does not.
		run("""
				from celery.contrib.testing.manager import Manager
				if hasattr(Manager, "wait_until_idle"):
				    Manager(app).wait_until_idle()
				""");
	}

	@Test
	void pythonRevokesOurTasks() {
		assertThat(run("""
				running, waiting = [app.send_task("java.wait", queue="java") for _ in range(2)]
				while not inspect.active()["celery@java"]:
				    pass
				waiting.revoke()
				running.revoke(terminate=True)
				try:
				    return waiting.get(timeout=10)
				except Exception as ex:
				    first = repr(ex)
				try:
				    return running.get(timeout=10)
				except Exception as ex:
				    return [first, repr(ex), waiting.state, running.state,
				            sorted([waiting.id, running.id]) == sorted(inspect.revoked()["celery@java"][-2:])]
				""").toString()).isEqualTo(
				"[\"TaskRevokedError('revoked')\",\"TaskRevokedError('terminated')\",\"REVOKED\",\"REVOKED\",true]");
	}

	/**
	 * What {@code test_revoke_keeps_state_of_task_started_elsewhere} of Celery 5.7 does.
	 */
	@Test
	void revokingLeavesTheStateOfATaskThatRunsElsewhere() {
		assertThat(run("""
				import uuid
				ids = [str(uuid.uuid4()) for _ in range(4)]
				app.backend.store_result(ids[0], {"hostname": "other@host"}, "STARTED")
				app.backend.store_result(ids[1], {"done": 50}, "PROGRESS")
				app.backend.store_result(ids[2], 1, "SUCCESS")
				app.control.revoke(ids, reply=True, timeout=10, destination=["celery@java"])
				return [app.backend.get_state(id) for id in ids]
				""").toString()).isEqualTo("[\"STARTED\",\"PROGRESS\",\"SUCCESS\",\"REVOKED\"]");
	}

	@Test
	void pythonRevokesOurTasksByTheirStamps() {
		Assumptions.assumeTrue(python.version().taggedTypes(), "Celery 5.2 has no stamps");
		assertThat(run("""
				from celery.canvas import StampingVisitor
				class Stamps(StampingVisitor):
				    def __init__(self, value):
				        self.value = value
				    def on_signature(self, sig, **headers):
				        return {"tenant": self.value}
				def send(name, value):
				    signature = app.signature(name, args=(), queue="java")
				    signature.stamp(visitor=Stamps(value))
				    return signature.apply_async()
				reply = app.control.revoke_by_stamped_headers({"tenant": ["a", 7]}, reply=True, timeout=10,
				                                             destination=["celery@java"])
				revoked = [send("java.echo", value) for value in ("a", 7, ["b", "a"])]
				assert send("java.echo", "7").get(timeout=10) == []
				states = []
				for result in revoked:
				    try:
				        result.get(timeout=10)
				    except Exception:
				        states.append(result.state)
				running = send("java.wait", "c")
				while not inspect.active()["celery@java"]:
				    pass
				terminated = app.control.revoke_by_stamped_headers({"tenant": "c"}, terminate=True, reply=True,
				                                                  timeout=10, destination=["celery@java"])
				try:
				    running.get(timeout=10)
				except Exception as ex:
				    return [reply[0]["celery@java"]["ok"], states, terminated[0]["celery@java"]["ok"], repr(ex)]
				""").toString()).isEqualTo(
				"[\"headers {'tenant': ['a', 7]} flagged as revoked, but not terminated\",[\"REVOKED\",\"REVOKED\",\"REVOKED\"],"
						+ "\"headers {'tenant': {'c'}} revoked\",\"TaskRevokedError('terminated')\"]");
	}

	@Test
	void weRevokeTasksOfAPythonWorker() {
		AsyncResult<?> later = app.celery()
			.task("python.add")
			.args(2, 3)
			.queue("python")
			.countdown(Duration.ofSeconds(1))
			.send();
		CeleryControl worker = control.to(PYTHON).withTimeout(SOON);
		Awaitility.await()
			.untilAsserted(() -> assertThat(worker.scheduled().get(PYTHON).toString()).contains(later.id()));
		later.revoke();
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> later.get(SOON))
			.withMessageContaining("TaskRevokedError");
		assertThat(worker.revoked().get(PYTHON).toString()).contains(later.id());
	}

	@Test
	void weInspectAPythonWorker() {
		CeleryControl worker = control.to(PYTHON).withTimeout(SOON);
		assertThat(worker.registered().get(PYTHON).toString()).contains("python.add");
		assertThat(worker.active().get(PYTHON).toString()).isEqualTo("[]");
		assertThat(worker.conf().get(PYTHON).has("broker_url")).isTrue();
		assertThat(worker.rateLimit("nosuch", "1/s").get(PYTHON).toString()).isEqualTo("{\"error\":\"unknown task\"}");
		assertThat(worker.timeLimit("python.add", null, Duration.ofSeconds(60)).get(PYTHON).toString())
			.isEqualTo("{\"ok\":\"time limits set successfully\"}");
	}

	@Test
	void aPythonWorkerLearnsFromOursWhatWasRevoked() {
		assertThat(control.to(PYTHON).withTimeout(SOON).revoked().get(PYTHON).toString()).contains(revokedBefore);
	}

}
