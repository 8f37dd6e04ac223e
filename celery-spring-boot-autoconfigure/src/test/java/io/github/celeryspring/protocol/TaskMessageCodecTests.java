package io.github.celeryspring.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.ContentSerializers;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.Serializers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TaskMessageCodec}; what Celery itself writes is in
 * {@link GoldenMessageTests}.
 */
class TaskMessageCodecTests {

	private static final Instant NOW = Instant.parse("2026-11-22T20:00:00Z");

	private static final DeliveryInfo QUEUE = DeliveryInfo.toQueue("celery");

	private static final TaskBody BODY = new TaskBody(List.of(2, 3), Map.of("k", "v"), TaskEmbed.NONE);

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private final TaskMessageCodec codec = new TaskMessageCodec(this.serializers, Clock.fixed(NOW, ZoneOffset.UTC));

	@Test
	void fillsInWhatIsMissing() {
		KombuMessage message = encode(headers("tasks.add", "id-1"), BODY);
		Map<String, Object> expected = new LinkedHashMap<>();
		expected.put("lang", "py");
		expected.put("task", "tasks.add");
		expected.put("id", "id-1");
		for (String name : List.of("shadow", "eta", "expires", "group", "group_index")) {
			expected.put(name, null);
		}
		expected.put("retries", 0);
		expected.put("timelimit", Arrays.asList(null, null));
		expected.put("root_id", "id-1");
		expected.put("parent_id", null);
		expected.put("argsrepr", "(2, 3)");
		expected.put("kwargsrepr", "{'k': 'v'}");
		expected.put("origin", message.headers().get("origin"));
		expected.put("ignore_result", null);
		expected.put("replaced_task_nesting", 0);
		expected.put("stamped_headers", null);
		expected.put("stamps", Map.of());
		assertThat(List.copyOf(message.headers().keySet())).isEqualTo(List.copyOf(expected.keySet()));
		assertThat(message.headers()).isEqualTo(expected);
		assertThat((String) message.headers().get("origin")).matches("gen" + ProcessHandle.current().pid() + "@\\S+");
		assertThat(message.body()).asString()
			.isEqualTo("[[2, 3], {\"k\": \"v\"}, {\"callbacks\": null, \"errbacks\": null, \"chain\": null, "
					+ "\"chord\": null}]");
		assertThat(message.contentType()).isEqualTo("application/json");
		assertThat(message.contentEncoding()).isEqualTo("utf-8");
		MessageProperties properties = message.properties();
		assertThat(properties.correlationId()).isEqualTo("id-1");
		assertThat(properties.deliveryMode()).isEqualTo(2);
		assertThat(properties.deliveryInfo()).isEqualTo(QUEUE);
		assertThat(properties.expiration()).isNull();
	}

	@Test
	void everyMessageHasItsOwnDeliveryTagAndTheClientOneReplyAddress() {
		MessageProperties first = encode(headers("t", "1"), BODY).properties();
		MessageProperties second = encode(headers("t", "1"), BODY).properties();
		assertThat(first.deliveryTag()).hasSize(36).isNotEqualTo(second.deliveryTag());
		assertThat(first.replyTo()).hasSize(36).isEqualTo(second.replyTo());
		TaskMessage message = new TaskMessage(headers("t", "1"), BODY, QUEUE, 7, "me");
		assertThat(this.codec.encode(message).properties().replyTo()).isEqualTo("me");
		assertThat(this.codec.encode(message).properties().priority()).isEqualTo(7);
	}

	@Test
	void everythingGivenIsWrittenAndReadAgain() {
		TaskHeaders headers = new TaskHeaders("java", "t", "1", "shown", NOW.plusMillis(1500), NOW.plusSeconds(60), "g",
				2, 3, 30.0, 0.5, "r", "p", "(...)", "{...}", "me@here", false, 1, List.of("s"), Map.of("s", "v"),
				Map.of("x-tenant", List.of(1, "a")));
		List<?> link = List.of(Map.of("task", "next"));
		TaskBody body = new TaskBody(List.of(), Map.of(), new TaskEmbed(link, link, List.of(), Map.of("task", "body")));
		KombuMessage message = encode(headers, body);
		assertThat(message.headers()).containsEntry("eta", "2026-11-22T20:00:01.500000+00:00")
			.containsEntry("expires", "2026-11-22T20:01:00+00:00")
			.containsEntry("timelimit", List.of(30L, 0.5))
			.containsEntry("x-tenant", List.of(1, "a"));
		assertThat(message.properties().expiration()).isEqualTo("60000");
		TaskMessage read = this.codec.decode(message);
		assertThat(read.headers()).isEqualTo(headers);
		assertThat(read.body().embed().callbacks()).hasToString("[{\"task\":\"next\"}]");
		assertThat(read.body().embed().chain()).isEmpty();
		assertThat(read.body().embed().chord()).hasToString("{\"task\":\"body\"}");
		assertThat(read.body().embed().isEmpty()).isFalse();
	}

	@Test
	void aMessageThatHasExpiredStaysNoTime() {
		assertThat(encode(expiring(NOW.minusSeconds(1)), BODY).properties().expiration()).isEqualTo("0");
	}

	private static TaskHeaders expiring(Instant expires) {
		return new TaskHeaders(null, "t", "1", null, null, expires, null, null, 0, null, null, null, null, null, null,
				null, null, 0, null, Map.of(), Map.of());
	}

	@ParameterizedTest
	@ValueSource(strings = { "task", "id", "compression", "redelivered", "stamps", "timelimit", " " })
	void headersOfTheProtocolCannotBeOverridden(String name) {
		TaskHeaders headers = new TaskHeaders(null, "t", "1", null, null, null, null, null, 0, null, null, null, null,
				null, null, null, null, 0, null, Map.of(), Map.of(name, "x"));
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> encode(headers, BODY))
			.withMessageContaining("header");
	}

	@ParameterizedTest
	@CsvSource({ "'',1,no task", "' ',1,no task", "t,'',no id" })
	void aTaskHasANameAndAnId(String task, String id, String reason) {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> encode(headers(task, id), BODY))
			.withMessageContaining(reason);
	}

	@Test
	void whatPythonCannotReadIsRefused() {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> encode(expiring(Instant.MAX), BODY))
			.withMessageContaining("expires");
		TaskBody unnamed = new TaskBody(List.of(), new HashMap<>(Collections.singletonMap(null, 1)), TaskEmbed.NONE);
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> encode(headers("t", "1"), unnamed))
			.withMessageContaining("keyword argument");
		TaskBody broken = new TaskBody(List.of(1, Map.of("user", new Object())), Map.of(), TaskEmbed.NONE);
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> encode(headers("tasks.add", "1"), broken))
			.withMessageContaining("tasks.add")
			.withMessageContaining("[0][1].user");
		TaskBody typed = new TaskBody(List.of(), Map.of("__type__", "x", "__value__", 1), TaskEmbed.NONE);
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> encode(headers("t", "1"), typed));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[[1], {\"a\": null}, {}]", "[[1], {\"a\": null}, null]" })
	void theLeastThatPythonWorkersAcceptIsRead(String body) {
		TaskMessage message = decode(Map.of("task", "t", "id", "1"), body);
		assertThat(message.headers()).isEqualTo(headers("t", "1"));
		assertThat(message.body().args()).hasToString("[1]");
		assertThat(message.body().kwargs()).hasToString("{a=null}");
		assertThat(message.body().embed()).isEqualTo(TaskEmbed.NONE);
		assertThat(message.deliveryInfo()).isEqualTo(QUEUE);
		assertThat(message.priority()).isEqualTo(4);
		assertThat(message.replyTo()).isNull();
	}

	@Test
	void headersOfOddTypesHaveTheirDefaults() {
		Map<String, Object> map = new HashMap<>(Map.of("task", "t", "id", 5, "timelimit", List.of(1), "stamps", 1,
				"ignore_result", "yes", "group_index", "x", "redelivered", true));
		map.put("retries", null);
		TaskMessage message = decode(map, "[null, null, null]");
		TaskHeaders headers = message.headers();
		assertThat(headers.id()).isEqualTo("5");
		assertThat(headers.timeLimit()).isEqualTo(1.0);
		assertThat(headers.softTimeLimit()).isNull();
		assertThat(headers.retries()).isZero();
		assertThat(headers.ignoreResult()).isNull();
		assertThat(headers.groupIndex()).isNull();
		assertThat(headers.stamps()).isEmpty();
		assertThat(headers.others()).isEmpty();
		assertThat(message.body().args()).isEmpty();
		assertThat(message.deliveryInfo().redelivered()).isTrue();
	}

	@Test
	void timesWithoutOffsetAreUtc() {
		TaskHeaders headers = decode(
				Map.of("task", "t", "id", "1", "eta", "2030-01-02T03:04:05", "expires", "20300102T050405+0200"),
				"[[], {}, {}]")
			.headers();
		assertThat(headers.eta()).isEqualTo("2030-01-02T03:04:05Z");
		assertThat(headers.expires()).isEqualTo("2030-01-02T03:04:05Z");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			no 'id'            | {"task": "t"}                            | [[], {}, {}]
			no 'id'            | {"task": "t", "id": ""}                  | [[], {}, {}]
			no 'task'          | {"task": null, "id": "1"}                | [[], {}, {}]
			invalid 'eta'      | {"task": "t", "id": "1", "eta": "soon"}  | [[], {}, {}]
			invalid 'expires'  | {"task": "t", "id": "1", "expires": 5}   | [[], {}, {}]
			not an array       | {"task": "t", "id": "1"}                 | [[], {}]
			not an array       | {"task": "t", "id": "1"}                 | "text"
			not an array       | {"task": "t", "id": "1"}                 | {"kwargs": {}}
			not an array       | {"task": "t", "id": "1"}                 | [{}, {}, {}]
			not a mapping      | {"task": "t", "id": "1"}                 | [[], [], {}]
			not a mapping      | {"task": "t", "id": "1"}                 | [[], {}, [1]]
			Not a task message | {}                                       | [[], {}, {}]
			Not a task message | {"x": 1}                                 | {"type": "worker-online"}
			no 'id'            | {}                                       | {"task": "t"}
			compressed. There is no compression 'x/y' | {"compression": "x/y"} | {"task": "t", "id": "1"}
			""")
	void whatIsNoTaskMessageIsRefused(String reason, String headers, String body) {
		Map<String, Object> map = this.serializers.mapper().readValue(headers, new TypeReference<>() {
		});
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> decode(map, body))
			.withMessageContaining(reason.startsWith("not") ? "not a" : reason);
	}

	@Test
	void serializerAndCompressionAreThoseOfTheMessage() {
		JsonMapper mapper = this.serializers.mapper();
		TaskMessageCodec both = new TaskMessageCodec(Serializers.builder(mapper)
			.add(ContentSerializers.msgpack(mapper))
			.acceptContent(List.of("json", "msgpack"))
			.taskCompression("bzip2")
			.build());
		TaskMessage read = both.decode(new KombuMessage("[[2, \"a\"], {}, {}]".getBytes(StandardCharsets.UTF_8),
				"application/json", "utf-8", Map.of("task", "t", "id", "1"), properties()));
		TaskMessage chosen = new TaskMessage(read.headers(), read.body(), read.deliveryInfo(), 0, null, "msgpack",
				"zlib", Map.of());
		KombuMessage written = both.encode(chosen);
		assertThat(written.contentType()).isEqualTo("application/x-msgpack");
		assertThat(written.contentEncoding()).isEqualTo("binary");
		assertThat(written.headers()).containsEntry("compression", "application/x-gzip");
		assertThat(both.decode(written).body().args()).isEqualTo(read.body().args());
		KombuMessage usual = both.encode(read);
		assertThat(usual.contentType()).isEqualTo("application/json");
		assertThat(usual.headers()).containsEntry("compression", "application/x-bz2");
		assertThat(both.decode(usual).body().args()).isEqualTo(read.body().args());
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> both.encode(
					new TaskMessage(read.headers(), read.body(), read.deliveryInfo(), 0, null, "yaml", null, Map.of())))
			.withMessageContaining("There is no serializer 'yaml'");
	}

	@Test
	void bodiesThatCannotBeReadAreRefused() {
		Map<String, Object> headers = Map.of("task", "t", "id", "1");
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> decode(headers, "[[1"));
		KombuMessage pickle = new KombuMessage(new byte[] { 1 }, "application/x-python-serialize", "binary", headers,
				properties());
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> this.codec.decode(pickle))
			.withMessageContaining("application/x-python-serialize");
	}

	@Test
	void protocol1IsRead() {
		TaskMessage message = decode(Map.of("x-mine", 1, "id", "not this one"), """
				{"task": "t", "id": "1", "args": [2, "a"], "kwargs": {"k": null}, "group": null, "group_index": 3,
				 "retries": 1, "eta": "2026-11-22T20:19:19.852044", "expires": null, "utc": true,
				 "callbacks": [{"task": "next"}], "errbacks": null, "timelimit": [30, 20.5], "taskset": "g",
				 "chord": {"task": "c"}, "chain": [1], "lang": "py"}""");
		TaskHeaders headers = message.headers();
		assertThat(headers).isEqualTo(new TaskHeaders("py", "t", "1", null,
				Instant.parse("2026-11-22T20:19:19.852044Z"), null, "g", 3, 1, 30.0, 20.5, null, null, "[2, 'a']",
				"{'k': None}", null, null, 0, null, Map.of(), Map.of("x-mine", 1)));
		assertThat(message.body().args()).hasToString("[2, \"a\"]");
		assertThat(message.body().kwargs()).containsOnlyKeys("k");
		assertThat(message.body().embed().callbacks()).hasToString("[{\"task\":\"next\"}]");
		assertThat(message.body().embed().chord()).hasToString("{\"task\":\"c\"}");
	}

	@Test
	void theLeastOfProtocol1IsRead() {
		TaskMessage message = decode(Map.of(), "{\"task\": \"t\", \"id\": \"1\"}");
		assertThat(message.headers().id()).isEqualTo("1");
		assertThat(message.body()).isEqualTo(new TaskBody(List.of(), Map.of(), TaskEmbed.NONE));
	}

	@Test
	void theHeadersOfAHybridWin() {
		TaskMessage message = decode(Map.of("task", "t2", "id", "2"),
				"{\"task\": \"t1\", \"id\": \"1\", \"args\": [1], \"retries\": 4, \"callbacks\": {\"task\": \"next\"}}");
		assertThat(message.headers().task()).isEqualTo("t2");
		assertThat(message.headers().id()).isEqualTo("2");
		assertThat(message.headers().retries()).isEqualTo(4);
		assertThat(message.body().args()).hasToString("[1]");
		assertThat(message.body().embed().callbacks()).hasToString("[{\"task\":\"next\"}]");
	}

	private static TaskHeaders headers(String task, String id) {
		return new TaskHeaders(null, task, id, null, null, null, null, null, 0, null, null, null, null, null, null,
				null, null, 0, null, Map.of(), Map.of());
	}

	private KombuMessage encode(TaskHeaders headers, TaskBody body) {
		return this.codec.encode(new TaskMessage(headers, body, QUEUE, 0, null));
	}

	private TaskMessage decode(Map<String, @Nullable Object> headers, String body) {
		return this.codec.decode(new KombuMessage(body.getBytes(StandardCharsets.UTF_8), "application/json", "utf-8",
				headers, properties()));
	}

	private static MessageProperties properties() {
		return new MessageProperties(null, null, 2, QUEUE, 4, "t", null, Map.of());
	}

}
