package io.github.celeryspring.interop;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.ParameterizedTest;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class PythonCallsJavaInteropTests {

	private static final String QUEUE = "java";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private static JavaApp app;

	PythonCallsJavaInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
		app = JavaApp.builder(redis)
			.taggedTypes(version.taggedTypes())
			.tasks((self) -> JavaTasks.of(self, redis))
			.queues(QUEUE)
			.concurrency(2)
			.start();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		if (app != null) {
			app.close();
		}
	}

	/** In the snippets: call(name, *args) sends a task and waits for its result. */
	private static JsonNode run(String code) {
		return run(code, Map.of());
	}

	private static JsonNode run(String code, Map<String, ?> values) {
		return python.run("""
				def send(name, *args, **options):
				    return app.send_task(name, args=args, queue="java", **options)
				def call(name, *args, **options):
				    return send(name, *args, **options).get(timeout=20)
				""" + code, values);
	}

	private static void assertPasses(String expression) {
		JsonNode outcome = run("""
				value = %s
				returned = call("java.identity", value)
				return {"equal": returned == value, "sent": repr(value)[:300], "returned": repr(returned)[:300]}
				""".formatted(expression));
		assertThat(outcome.get("equal").asBoolean()).as(outcome.toString()).isTrue();
	}

	@Test
	void argumentsAndResult() {
		assertThat(run("return call('java.add', 2, 3)").asInt()).isEqualTo(5);
	}

	@Test
	void keywordArguments() {
		JsonNode outcome = run("""
				return call("java.echo", 1, "two", kwargs={"three": [3], "four": None})
				""");
		assertThat(outcome.get("args").toString()).isEqualTo("[1,\"two\"]");
		assertThat(outcome.get("kwargs").get("three").toString()).isEqualTo("[3]");
		assertThat(outcome.get("kwargs").get("four").isNull()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "'äöü ßé 日本語 עברית'", "'\\U0001F600 \\U0001F468\\u200D\\U0001F469'", "''",
			"'\\x00 \\x01 \\x1f \\x7f'", "'\\u2028\\u2029\\ufeff\\uffff'", "'quote \" backslash \\\\ slash /'",
			"'lone \\ud800'", "'\\udfff lone'", "{'k\\u00e4se \\U0001F9C0': '\\u00e4'}" })
	void text(String expression) {
		assertPasses(expression);
	}

	@ParameterizedTest
	@ValueSource(strings = { "None", "True", "False", "[]", "{}", "[None, [], {}, [[[]]]]",
			"{'a': {'b': [{'c': [1, 2, {'d': None}]}]}}", "{'': 1, ' ': 2, 'a.b': 3, '$x': 4, '__type__': 5}",
			"__import__('functools').reduce(lambda inner, _: [inner], range(200), 'deep')",
			"{str(n): n for n in range(2000)}" })
	void nestedData(String expression) {
		assertPasses(expression);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "2 ** 31", "2 ** 53 + 1", "-2 ** 63", "2 ** 64", "10 ** 100", "0.1", "1e308",
			"5e-324", "1/3", "-0.0", "1.0", "123456789.123456789", "float('inf')", "float('-inf')" })
	void numbers(String expression) {
		assertPasses(expression);
		assertThat(
				run("return type(call('java.identity', %s)) is type(%s)".formatted(expression, expression)).asBoolean())
			.isTrue();
	}

	@Test
	void notANumber() {
		assertThat(run("return repr(call('java.identity', [float('nan')]))").asString()).isEqualTo("[nan]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "double 0.1", "integer 2 ** 70", "text 'x'" })
	void plainTypes(String kindAndExpression) {
		assertTyped(kindAndExpression, (expression) -> expression);
	}

	@ParameterizedTest
	@ValueSource(strings = { "datetime datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc)",
			"instant datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)",
			"datetime datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))",
			"naive datetime.datetime(2026, 1, 2, 3, 4)", "naive datetime.datetime(2026, 1, 2, 3, 4, 5, 1)",
			"date datetime.date(2026, 1, 2)", "time datetime.time(3, 4, 5)",
			"uuid uuid.UUID('12345678-1234-5678-1234-567812345678')", "decimal decimal.Decimal('1.10')",
			"decimal decimal.Decimal('1234567890123456789012345678901234567890.12345678901234567890')" })
	void typedValues(String kindAndExpression) {
		if (python.version().taggedTypes()) {
			assertTyped(kindAndExpression, (expression) -> expression);
		}
		else {
			// Before kombu 5.3 they are text on the wire, in both directions.
			assertTyped(kindAndExpression,
					(expression) -> "__import__('kombu').utils.json.loads(kombu.utils.json.dumps(" + expression + "))");
		}
	}

	private void assertTyped(String kindAndExpression, UnaryOperator<String> expected) {
		String kind = kindAndExpression.substring(0, kindAndExpression.indexOf(' '));
		String expression = kindAndExpression.substring(kindAndExpression.indexOf(' ') + 1);
		JsonNode outcome = run("""
				sent = %s
				wanted = %s
				returned = call("java.typed", "%s", sent)
				return {"equal": repr(returned) == repr(wanted), "returned": repr(returned), "wanted": repr(wanted)}
				""".formatted(expression, expected.apply(expression), kind));
		assertThat(outcome.get("equal").asBoolean()).as(outcome.toString()).isTrue();
	}

	@Test
	void bytes() {
		Assumptions.assumeTrue(python.version().taggedTypes(), "kombu < 5.3 sends no bytes");
		assertThat(run("return repr(call('java.typed', 'bytes', b'abc'))").asString()).isEqualTo("b'abc'");
		assertThat(run("return call('java.typed', 'bytes', bytes(range(256))) == bytes(range(256))").asBoolean())
			.isTrue();
	}

	@Test
	void noReturnValueIsNone() {
		JsonNode outcome = run("""
				sent = send("java.nothing")
				return [sent.get(timeout=20), sent.state, sent.successful()]
				""");
		assertThat(outcome.toString()).isEqualTo("[null,\"SUCCESS\",true]");
	}

	@Test
	void anExceptionIsRaisedWithTypeMessageAndTraceback() {
		JsonNode outcome = run("""
				sent = send("java.fail", "state")
				try:
				    sent.get(timeout=20)
				except Exception as exc:
				    return {"type": type(exc).__name__, "args": exc.args, "state": sent.state,
				            "traceback": sent.traceback}
				""");
		assertThat(outcome.get("type").asString()).isEqualTo("IllegalStateException");
		assertThat(outcome.get("args").get(0).asString()).isEqualTo("das war nichts: äöü \uD83D\uDE00");
		assertThat(outcome.get("state").asString()).isEqualTo("FAILURE");
		assertThat(outcome.get("traceback").asString()).contains("IllegalStateException", "JavaTasks.fail");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "checked FileNotFoundException ['/no/such/file']", "silent UnsupportedOperationException []",
					"error StackOverflowError ['too deep']", "nested JavaTasks.Nested ['inner']" })
	void anyExceptionIsRaised(String text) {
		String[] parts = text.split(" ", 3);
		String raised = run("""
				try:
				    return "returned %%r" %% (call("java.fail", "%s"),)
				except Exception as exc:
				    return type(exc).__name__ + " " + repr(list(exc.args))
				""".formatted(parts[0])).asString();
		assertThat(raised).isEqualTo(parts[1] + " " + parts[2]);
	}

	@Test
	void theDocumentOfAnExceptionNamesItsPackage() {
		String id = run("""
				sent = send("java.fail", "state")
				sent.get(timeout=20, propagate=False)
				return sent.id
				""").asString();
		assertThat(redis.commands().get("celery-task-meta-" + id)).contains("\"exc_module\"", "\"java.lang\"");
	}

	@Test
	void anIgnoredResultIsNotStored() {
		String id = run("return send('java.mark', 'x', ignore_result=True).id").asString();
		new Marks(redis).await("finish", id, "x");
		Unacked.awaitNone(redis);
		assertThat(redis.commands().exists("celery-task-meta-" + id)).isZero();
	}

	@Test
	void aLargeArgumentAndALargeResult() {
		assertThat(run("return call('java.length', 'ä' * 10_000_000)").asInt()).isEqualTo(10_000_000);
		assertThat(run("return call('java.identity', 'x' * 10_000_000) == 'x' * 10_000_000").asBoolean()).isTrue();
	}

	@Test
	void aCountdownIsWaitedFor() {
		JsonNode outcome = run("""
				begin = time.time()
				call("java.add", 1, 1, countdown=1.5)
				return time.time() - begin
				""");
		assertThat(outcome.asDouble()).isBetween(1.4, 6.0);
	}

	@Test
	void anEtaWithAnOffsetIsWaitedFor() {
		JsonNode outcome = run("""
				zone = datetime.timezone(datetime.timedelta(hours=-7))
				begin = time.time()
				call("java.add", 1, 1, eta=datetime.datetime.now(zone) + datetime.timedelta(seconds=1.5))
				return time.time() - begin
				""");
		assertThat(outcome.asDouble()).isBetween(1.4, 6.0);
	}

	@Test
	void anExpiredTaskIsRevoked() {
		JsonNode outcome = run("""
				past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=5)
				sent = send("java.add", 1, 1, expires=past)
				try:
				    return [sent.get(timeout=20)]
				except Exception as exc:
				    return [type(exc).__module__, type(exc).__name__, str(exc), sent.state]
				""");
		assertThat(outcome.toString())
			.isEqualTo("[\"celery.exceptions\",\"TaskRevokedError\",\"expired\",\"REVOKED\"]");
	}

	@Test
	void anUnknownTaskIsNotRegistered() {
		JsonNode outcome = run("""
				try:
				    return [call("java.unknown")]
				except celery.exceptions.NotRegistered as exc:
				    return ["raised", exc.args]
				""");
		assertThat(outcome.toString()).isEqualTo("[\"raised\",[\"java.unknown\"]]");
		Unacked.awaitNone(redis);
		assertThat(redis.commands().llen(QUEUE + ".dlq")).isEqualTo(1);
	}

	@Test
	void forgettingAResult() {
		JsonNode outcome = run("""
				sent = send("java.add", 1, 1)
				sent.get(timeout=20)
				before = sent.state
				sent.forget()
				return [before, app.AsyncResult(sent.id).state]
				""");
		assertThat(outcome.toString()).isEqualTo("[\"SUCCESS\",\"PENDING\"]");
		assertThat(redis.commands().keys("celery-task-meta-*")).isEmpty();
	}

	@Test
	void aGroupIsJoinedInOrder() {
		JsonNode outcome = run("""
				tasks = [app.signature("java.add", args=(n, 1), queue="java") for n in range(20)]
				return celery.group(tasks).apply_async().get(timeout=20)
				""");
		assertThat(outcome).hasSize(20);
		assertThat(outcome.get(0).asInt()).isEqualTo(1);
		assertThat(outcome.get(19).asInt()).isEqualTo(20);
	}

	@Test
	void messagesOfProtocol1AreRead() {
		try (PythonClient old = python.newClient(Map.of("task_protocol", 1))) {
			JsonNode outcome = old.run("""
					sent = app.send_task("java.echo", args=[1, "ä"], kwargs={"k": None}, queue="java")
					return sent.get(timeout=20)
					""", Map.of());
			assertThat(outcome.get("args").toString()).isEqualTo("[1,\"ä\"]");
			assertThat(outcome.get("kwargs").toString()).isEqualTo("{\"k\":null}");
		}
	}

	@Test
	void whatTheTaskLearnsOfItsRequest() {
		JsonNode outcome = run("""
				sent = send("java.request", headers={"x-custom": "v"}, priority=6, shadow="other")
				return {"id": sent.id, "seen": sent.get(timeout=20)}
				""");
		String id = outcome.get("id").asString();
		JsonNode seen = outcome.get("seen");
		assertThat(seen.get("id").asString()).isEqualTo(id);
		assertThat(seen.get("root_id").asString()).isEqualTo(id);
		assertThat(seen.get("parent_id").isNull()).isTrue();
		assertThat(seen.get("task").asString()).isEqualTo("java.request");
		assertThat(seen.get("queue").asString()).isEqualTo(QUEUE);
		assertThat(seen.get("redelivered").asBoolean()).isFalse();
		assertThat(seen.get("headers").get("x-custom").asString()).isEqualTo("v");
	}

	@Test
	void childrenOfAJavaTaskAreSeenFromPython() {
		JsonNode outcome = run("""
				sent = send("java.parent", "java.identity", "java")
				child = sent.get(timeout=20)
				return [child, [each.id for each in sent.children], sent.children[0].get(timeout=20)]
				""");
		assertThat(outcome.get(1)).hasSize(1);
		assertThat(outcome.get(1).get(0).asString()).isEqualTo(outcome.get(0).asString());
		assertThat(outcome.get(2).asString()).isEqualTo("from the parent");
	}

	@Test
	void manyCallsAtOnce() {
		JsonNode outcome = run("""
				sent = [send("java.add", n, n) for n in range(300)]
				return [each.get(timeout=30) for each in sent] == [2 * n for n in range(300)]
				""");
		assertThat(outcome.asBoolean()).isTrue();
		Unacked.awaitNone(redis);
	}

	@Test
	void theCommandLineSendsAndReads() {
		String id = python.celery("-A", "tasks", "call", "java.add", "--args", "[2, 3]", "--queue", QUEUE).trim();
		assertThat(run("return app.AsyncResult(values['id']).get(timeout=20)", Map.of("id", id)).asInt()).isEqualTo(5);
		assertThat(python.celery("-A", "tasks", "result", id).trim()).isEqualTo("5");
	}

	@Test
	void askingAllWorkersDoesNoHarm() {
		assertThat(run("return app.control.inspect(timeout=0.3).ping()").isNull()).isTrue();
		assertThat(run("return app.control.ping(timeout=0.3)").toString()).isEqualTo("[]");
		run("return app.control.revoke('no-such-id')");
		assertThat(run("return call('java.add', 1, 2)").asInt()).isEqualTo(3);
	}

	@Test
	void theMostUrgentIsTakenFirst() {
		List<Integer> priorities = List.of(9, 3, 6, 0, 9, 0);
		run("""
				for priority in values["priorities"]:
				    app.send_task("java.mark", args=[str(priority)], queue="urgent", priority=priority)
				""", Map.of("priorities", priorities));
		Marks marks = new Marks(redis);
		try (JavaApp single = JavaApp.builder(redis)
			.tasks((self) -> JavaTasks.of(self, redis))
			.queues("urgent")
			.concurrency(1)
			.start()) {
			marks.awaitCount(priorities.size());
		}
		assertThat(marks.all()).extracting(Marks.Mark::worker).containsExactly("0", "0", "3", "6", "9", "9");
	}

}
