package io.github.celeryspring.interop;

import java.util.List;
import java.util.Map;

import io.github.celeryspring.kombu.DeadLetter;
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
import static org.awaitility.Awaitility.await;

/**
 * Messages that a Java worker cannot process, made by Python, and Python consumers of the
 * letters that become of them.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class DeadLetterInteropTests {

	/**
	 * Pushes whatever kills Python workers, or is no task for Java; returns how many. The
	 * tasks named in there are known to Python, so that it does not stop at the name.
	 */
	private static final String PUSH_ALL = """
			import base64, json, uuid, zlib
			def envelope(body="[[], {}, {}]", type="application/json", encoding="utf-8", properties={}, **headers):
			    raw = body if isinstance(body, bytes) else body.encode()
			    return json.dumps({"body": base64.b64encode(raw).decode(), "content-type": type,
			        "content-encoding": encoding, "headers": headers, "properties": dict({
			            "correlation_id": "c", "delivery_mode": 2, "priority": 3, "delivery_tag": str(uuid.uuid4()),
			            "delivery_info": {"exchange": "java", "routing_key": "java"}, "body_encoding": "base64"},
			            **properties)})
			task = {"task": "python.identity", "id": "lost"}
			elements = [
			    "garbage", b"\\xff\\xfe", "", "[]", "null", "{", "{not json}", "{}", '{"body": 1}',
			    '{"body": "x", "properties": {}}', json.dumps(json.loads(envelope(**task))["properties"]),
			    envelope(properties={"delivery_tag": None}), envelope(properties={"delivery_info": {}}, **task, x=1),
			    envelope(properties={"body_encoding": "rot13"}, **task),
			    envelope(**task).replace('"body": "', '"body": "!'),
			    envelope(task="python.identity"), envelope(task=["a"], id="lost"), envelope(task={"a": 1}, id=1),
			    envelope("", **task), envelope("[1", **task), envelope("5", **task), envelope("null", **task),
			    envelope("[]", **task), envelope("[1, 2]", **task), envelope("[1, 2, 3]", **task),
			    envelope(b"\\xff", **task), envelope("{}", **task), envelope('{"args": 5}', **task),
			    envelope('{"task": "python.identity"}'), envelope('{"task": [1], "id": "lost"}'),
			    envelope(eta="soon", **task), envelope(expires="later", **task),
			    envelope("x", "application/data", "binary", **task), envelope("", "application/data", **task),
			    envelope("x", "application/text", **task), envelope("x", "application/x-foreign", **task),
			    envelope("x", "application/x-python-serialize", "binary", **task),
			    envelope("x", compression="application/x-gzip", **task),
			    envelope(zlib.compress(b"[1]"), compression="application/x-gzip", **task),
			    envelope(zlib.compress(b"[[], {}, {}]"), compression="unknown", **task),
			    envelope(task="nobody.knows", id="lost"), envelope("no task"), envelope('"text"'), envelope("[]"),
			]
			client().lpush("java", *elements)
			return len(elements)
			""";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private JavaApp app;

	DeadLetterInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void choose(PythonCeleryVersion version) {
		python.use(version);
	}

	@BeforeEach
	void start() {
		this.app = JavaApp.builder(redis).queues("java").start();
	}

	@AfterEach
	void stop() {
		this.app.close();
	}

	@Test
	void consumersInPythonSurviveEveryLetter() {
		int number = python.run(PUSH_ALL).asInt();
		awaitLetters(number);
		assertThat(this.app.deadLetters().list("java", 0, 100)).hasSize(number)
			.allSatisfy((letter) -> assertThat(letter.reason()).isNotEmpty());
		JsonNode headers = python.run("""
				seen = []
				with kombu.Connection(url) as connection:
				    queue = kombu.Queue("java.dlq")(connection.channel())
				    messages = []
				    while True:
				        message = queue.get(accept=["json"])
				        if message is None:
				            break
				        messages.append(message)
				    for message in messages:
				        try:
				            message.decode()
				        except kombu.exceptions.ContentDisallowed:
				            assert message.content_type in values["foreign"], message.content_type
				        seen.append(message.headers)
				        message.requeue()
				return seen
				""", Map.of("foreign", List.of("application/x-foreign", "application/x-python-serialize")));
		assertThat(headers).hasSize(number)
			.allSatisfy((letter) -> assertThat(letter.propertyNames()).contains("x-dead-letter-reason",
					"x-dead-letter-exception", "x-dead-letter-time", "x-dead-letter-count", "x-dead-letter-queue"));
		assertThat(this.app.deadLetters().count("java")).isEqualTo(number);
		PythonWorker worker = python.worker("python").queues("java.dlq").start();
		await().until(() -> this.app.deadLetters().count("java") == 0);
		assertThat(python.run("return app.send_task('python.add', (2, 3), queue='java.dlq').get(timeout=20)").asInt())
			.isEqualTo(5);
		assertThat(worker.isAlive()).isTrue();
		Unacked.awaitNone(redis);
	}

	@Test
	void pythonTellsItsCallersAndMayTakeOver() {
		JsonNode outcome = python.run("""
				kept["pickled"] = app.send_task("python.add", (2, 3), queue="java", serializer="pickle")
				kept["unknown"] = app.send_task("python.add", (3, 4), queue="java", priority=6)
				def failure(result):
				    try:
				        return result.get(timeout=20)
				    except Exception as exc:
				        return type(exc).__module__ + "." + type(exc).__name__
				return [failure(kept["pickled"]), failure(kept["unknown"])]
				""");
		assertThat(outcome.toString())
			.isEqualTo("[\"kombu.exceptions.ContentDisallowed\",\"celery.exceptions.NotRegistered\"]");
		awaitLetters(2);
		for (DeadLetter letter : this.app.deadLetters().list("java", 0, 10)) {
			assertThat(this.app.deadLetters().replay(letter, "python")).isTrue();
		}
		python.worker("python").queues("python").config("accept_content", List.of("json", "pickle")).start();
		JsonNode results = python.run("""
				def results():
				    # Anew, because a result remembers its failure.
				    return [app.AsyncResult(kept[one].id).result for one in ("pickled", "unknown")]
				deadline = time.time() + 20
				while time.time() < deadline and results() != [5, 7]:
				    time.sleep(0.1)
				return results()
				""");
		assertThat(results.toString()).isEqualTo("[5,7]");
		assertThat(redis.commands().keys("python*")).isEmpty();
	}

	private void awaitLetters(int number) {
		await().until(() -> this.app.deadLetters().count("java") == number);
		Unacked.awaitNone(redis);
	}

}
