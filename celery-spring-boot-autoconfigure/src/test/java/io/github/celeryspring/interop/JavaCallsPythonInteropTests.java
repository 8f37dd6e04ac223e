package io.github.celeryspring.interop;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.ResultTimeoutException;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.client.TaskSendSpec;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ParameterizedTypeReference;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class JavaCallsPythonInteropTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final String QUEUE = "python";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private static JavaApp app;

	JavaCallsPythonInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
		python.worker("called").queues(QUEUE).kept().start();
		app = JavaApp.builder(redis).taggedTypes(version.taggedTypes()).start();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		if (app != null) {
			app.close();
		}
	}

	private static TaskSendSpec<Object> task(String name) {
		CeleryOperations celery = app.celery();
		return celery.task(name).queue(QUEUE);
	}

	private static <T> T call(String name, Class<T> type, Object... args) {
		return task(name).args(args).returning(type).send().get(PATIENCE);
	}

	@Test
	void argumentsAndResult() {
		assertThat(call("python.add", Integer.class, 2, 3)).isEqualTo(5);
		assertThat(app.celery().task("python.add").queue(QUEUE).args("a", "b").send().get(PATIENCE)).isNotNull();
	}

	@Test
	void keywordArgumentsAndGenericResult() {
		Map<String, Object> returned = task("python.echo").args(1, "two")
			.kwarg("three", List.of(3))
			.kwarg("four", null)
			.returning(new ParameterizedTypeReference<Map<String, Object>>() {
			})
			.send()
			.get(PATIENCE);
		assertThat(returned).containsEntry("args", List.of(1, "two"))
			.containsEntry("kwargs", mapOfNullable("three", List.of(3), "four", null));
	}

	private static Map<String, Object> mapOfNullable(Object... entries) {
		Map<String, Object> map = new HashMap<>();
		for (int i = 0; i < entries.length; i += 2) {
			map.put((String) entries[i], entries[i + 1]);
		}
		return map;
	}

	@ParameterizedTest
	@ValueSource(strings = { "äöü ßé 日本語 עברית", "\uD83D\uDE00 \uD83D\uDC68\u200D\uD83D\uDC69", "",
			"\u0000 \u0001 \u001f \u007f", "\u2028\u2029\ufeff\uffff", "quote \" backslash \\ slash /" })
	void text(String text) {
		assertThat(call("python.identity", String.class, text)).isEqualTo(text);
	}

	@Test
	void loneSurrogatesSurvive() {
		String text = "lone " + (char) 0xD800;
		assertThat(call("python.identity", String.class, text)).isEqualTo(text);
		assertThat(call("python.repr", String.class, text)).isEqualTo("'lone \\ud800'");
	}

	@Test
	void nestedData() {
		Object deep = "deep";
		for (int i = 0; i < 200; i++) {
			deep = List.of(deep);
		}
		List<Object> value = Arrays.asList(null, true, List.of(), Map.of(), Map.of("", Map.of("a.b", List.of(1))),
				deep);
		assertThat(call("python.identity", Object.class, value)).isEqualTo(value);
	}

	@Test
	void numbers() {
		BigInteger big = BigInteger.TWO.pow(70).negate();
		assertThat(call("python.identity", BigInteger.class, big)).isEqualTo(big);
		assertThat(call("python.repr", String.class, big)).isEqualTo(big.toString());
		assertThat(call("python.value", BigInteger.class, "big")).isEqualTo(BigInteger.TWO.pow(70));
		assertThat(call("python.identity", Long.class, Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
		assertThat(call("python.identity", Double.class, Double.MIN_VALUE)).isEqualTo(Double.MIN_VALUE);
		assertThat(call("python.identity", Double.class, 0.1)).isEqualTo(0.1);
		assertThat(call("python.repr", String.class, 1.0)).isEqualTo("1.0");
	}

	@Test
	void numbersThatJsonDoesNotKnow() {
		assertThat(call("python.identity", Double.class, Double.NaN)).isNaN();
		assertThat(call("python.repr", String.class, Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
		assertThat(call("python.value", Double.class, "nan")).isNaN();
		assertThat(call("python.value", Double.class, "infinity")).isEqualTo(Double.POSITIVE_INFINITY);
	}

	@Test
	void noneIsNull() {
		assertThat(call("python.identity", String.class, (Object) null)).isNull();
	}

	@Test
	void typedResults() {
		assertThat(call("python.value", Instant.class, "datetime"))
			.isEqualTo(Instant.parse("2026-01-02T03:04:05.678901Z"));
		assertThat(call("python.value", OffsetDateTime.class, "offset").toInstant())
			.isEqualTo(Instant.parse("2026-01-02T01:04:05Z"));
		assertThat(call("python.value", LocalDateTime.class, "naive")).isEqualTo("2026-01-02T03:04:05");
		assertThat(call("python.value", LocalTime.class, "time")).isEqualTo("03:04:05");
		assertThat(call("python.value", UUID.class, "uuid")).hasToString("12345678-1234-5678-1234-567812345678");
		assertThat(call("python.value", BigDecimal.class, "decimal")).isEqualTo(new BigDecimal("1.10"));
		assertThat(call("python.value", LocalDate.class, "date")).isEqualTo("2026-01-02");
	}

	@Test
	void typedArgumentsKeepTheirTypes() {
		Assumptions.assumeTrue(python.version().taggedTypes(), "kombu < 5.3 knows no types");
		assertPythonSees(Instant.parse("2026-01-02T03:04:05.678901Z"),
				"datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc)");
		assertPythonSees(OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(2)),
				"datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone(datetime.timedelta(seconds=7200)))");
		assertPythonSees(LocalDateTime.of(2026, 1, 2, 3, 4), "datetime.datetime(2026, 1, 2, 3, 4)");
		assertPythonSees(LocalDate.of(2026, 1, 2), "datetime.date(2026, 1, 2)");
		assertPythonSees(LocalTime.of(3, 4, 5), "datetime.time(3, 4, 5)");
		assertPythonSees(UUID.fromString("12345678-1234-5678-1234-567812345678"),
				"UUID('12345678-1234-5678-1234-567812345678')");
		assertPythonSees(new BigDecimal("1.10"), "Decimal('1.10')");
		assertPythonSees("abc".getBytes(StandardCharsets.UTF_8), "b'abc'");
		assertPythonSees(new byte[] { -1, 0 }, "b'\\xff\\x00'");
		assertThat(call("python.value", byte[].class, "bytes")).isEqualTo(new byte[] { -1, 0 });
	}

	@Test
	void typedArgumentsAreTextForOldPeers() {
		Assumptions.assumeFalse(python.version().taggedTypes(), "of kombu < 5.3");
		assertPythonSees(Instant.parse("2026-01-02T03:04:05.678901Z"), "'2026-01-02T03:04:05.678901Z'");
		assertPythonSees(UUID.fromString("12345678-1234-5678-1234-567812345678"),
				"'12345678-1234-5678-1234-567812345678'");
		assertPythonSees(new BigDecimal("1.10"), "'1.10'");
		assertPythonSees(LocalTime.of(3, 4, 5), "'03:04:05'");
	}

	private static void assertPythonSees(Object value, String representation) {
		assertThat(call("python.repr", String.class, value)).isEqualTo(representation);
	}

	@Test
	void aRemoteExceptionKeepsTypeModuleMessageAndTraceback() {
		AsyncResult<Object> sent = task("python.fail").args("value", "schlecht: äöü \uD83D\uDE00").send();
		RemoteTaskException raised = catchThrowableOfType(RemoteTaskException.class, () -> sent.get(PATIENCE));
		assertThat(raised.getTaskId()).isEqualTo(sent.id());
		assertThat(raised.getType()).isEqualTo("ValueError");
		assertThat(raised.getModule()).isEqualTo("builtins");
		assertThat(raised).hasMessageContaining("schlecht: äöü \uD83D\uDE00");
		assertThat(raised.getTraceback()).contains("Traceback (most recent call last)", "tasks.py");
		assertThat(sent.state()).isEqualTo(TaskState.FAILURE);
	}

	@Test
	void aRemoteExceptionOfTheApplicationWithSeveralArguments() {
		AsyncResult<Object> sent = task("python.fail").args("unusual", "one", 2, null).send();
		RemoteTaskException raised = catchThrowableOfType(RemoteTaskException.class, () -> sent.get(PATIENCE));
		assertThat(raised.getType()).isEqualTo("Unusual");
		assertThat(raised.getModule()).isEqualTo("tasks");
		assertThat(raised).hasMessageContaining("one").hasMessageContaining("2");
	}

	@Test
	void aRemoteExceptionWithoutArguments() {
		AsyncResult<Object> sent = task("python.fail").args("key").send();
		RemoteTaskException raised = catchThrowableOfType(RemoteTaskException.class, () -> sent.get(PATIENCE));
		assertThat(raised.getType()).isEqualTo("KeyError");
	}

	@Test
	void wrongArgumentsAreARemoteTypeError() {
		assertThatExceptionOfType(RemoteTaskException.class)
			.isThrownBy(() -> task("python.add").args(1).send().get(PATIENCE))
			.satisfies((raised) -> assertThat(raised.getType()).isEqualTo("TypeError"));
	}

	@Test
	void aTaskThatIgnoresItsResultStoresNone() {
		AsyncResult<Object> sent = task("python.silent").args("silent").send();
		Awaitility.await().atMost(PATIENCE).until(() -> redis.commands().llen("silent") == 1);
		Unacked.awaitNone(redis);
		assertThat(sent.state()).isEqualTo(TaskState.PENDING);
		assertThatExceptionOfType(ResultTimeoutException.class).isThrownBy(() -> sent.get(Duration.ofMillis(50)));
	}

	@Test
	void theSenderMayIgnoreTheResult() {
		AsyncResult<Object> sent = task("python.add").args(1, 1).ignoreResult(true).send();
		task("python.add").args(1, 1).send().get(PATIENCE);
		Unacked.awaitNone(redis);
		assertThat(redis.commands().exists("celery-task-meta-" + sent.id())).isZero();
	}

	@Test
	void aLargeArgumentAndALargeResult() {
		String text = "ä".repeat(10_000_000);
		assertThat(call("python.identity", String.class, text).equals(text)).isTrue();
	}

	@Test
	void aCountdownIsWaitedFor() {
		long begin = System.nanoTime();
		task("python.add").args(1, 1).countdown(Duration.ofMillis(1500)).send().get(PATIENCE);
		assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isBetween(1400L, 6000L);
	}

	@Test
	void anEtaIsSeenByTheTask() {
		Instant eta = Instant.now().plusSeconds(1);
		JsonNode request = task("python.request").eta(eta).returning(JsonNode.class).send().get(PATIENCE);
		assertThat(OffsetDateTime.parse(request.get("eta").asString()).toInstant().toEpochMilli())
			.isEqualTo(eta.toEpochMilli());
	}

	@Test
	void anExpiredTaskIsRevoked() {
		AsyncResult<Object> sent = task("python.add").args(1, 1).expires(Instant.now().minusSeconds(5)).send();
		RemoteTaskException raised = catchThrowableOfType(RemoteTaskException.class, () -> sent.get(PATIENCE));
		assertThat(raised.getType()).isEqualTo("TaskRevokedError");
		assertThat(raised).hasMessageContaining("expired");
		assertThat(sent.state()).isEqualTo(TaskState.REVOKED);
	}

	@Test
	void anUnknownTaskIsNotRegistered() {
		AsyncResult<Object> sent = task("python.unknown").send();
		RemoteTaskException raised = catchThrowableOfType(RemoteTaskException.class, () -> sent.get(PATIENCE));
		assertThat(raised.getType()).isEqualTo("NotRegistered");
		assertThat(raised).hasMessageContaining("python.unknown");
	}

	@Test
	void aTaskThatPythonRetries() {
		assertThat(call("python.retry", Integer.class, 2)).isEqualTo(2);
		AsyncResult<Object> sent = task("python.retry").args(99).send();
		RemoteTaskException raised = catchThrowableOfType(RemoteTaskException.class, () -> sent.get(PATIENCE));
		assertThat(raised.getType()).isEqualTo("ValueError");
	}

	@Test
	void childrenOfAPythonTask() {
		AsyncResult<String> parent = task("python.parent").args("python.identity", QUEUE)
			.returning(String.class)
			.send();
		String child = parent.get(PATIENCE);
		assertThat(parent.children()).extracting(AsyncResult::id).containsExactly(child);
		assertThat(parent.children().get(0).as(String.class).get(PATIENCE)).isEqualTo("from the parent");
	}

	@Test
	void whatTheTaskLearnsOfItsRequest() {
		AsyncResult<JsonNode> sent = task("python.request").header("x-custom", "v")
			.priority(6)
			.shadow("other")
			.returning(JsonNode.class)
			.send();
		JsonNode request = sent.get(PATIENCE);
		assertThat(request.get("id").asString()).isEqualTo(sent.id());
		assertThat(request.get("root_id").asString()).isEqualTo(sent.id());
		assertThat(request.get("parent_id").isNull()).isTrue();
		assertThat(request.get("headers").get("x-custom").asString()).isEqualTo("v");
		assertThat(request.get("priority").asInt()).isEqualTo(6);
	}

	@Test
	void forgettingAResult() {
		AsyncResult<Object> sent = task("python.add").args(1, 1).send();
		sent.get(PATIENCE);
		assertThat(sent.state()).isEqualTo(TaskState.SUCCESS);
		sent.forget();
		assertThat(sent.state()).isEqualTo(TaskState.PENDING);
	}

	@Test
	void manyInOneWrite() {
		List<TaskSignature> signatures = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			signatures.add(task("python.add").args(i, i).signature());
		}
		List<AsyncResult<?>> sent = app.celery().sendAll(signatures);
		assertThat(sent).hasSize(300);
		for (int i = 0; i < 300; i++) {
			assertThat(sent.get(i).as(Integer.class).get(PATIENCE)).isEqualTo(2 * i);
		}
	}

	@Test
	void aFutureOfAResult() throws Exception {
		assertThat(task("python.add").args(1, 2)
			.returning(Integer.class)
			.sendAsync()
			.thenCompose((result) -> result.toFuture())
			.get(20, TimeUnit.SECONDS)).isEqualTo(3);
	}

	@Test
	void aTaskSentByJavaIsSeenByThePythonClient() {
		AsyncResult<Object> sent = task("python.add").args(20, 22).send();
		assertThat(python.run("return app.AsyncResult(values['id']).get(timeout=20)", Map.of("id", sent.id())).asInt())
			.isEqualTo(42);
		assertThat(Collections.singletonList(app.celery().result(sent.id()).as(Integer.class).get(PATIENCE)))
			.containsExactly(42);
	}

}
