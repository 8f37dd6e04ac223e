package io.github.celeryspring.kombu;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.celeryspring.InvalidMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link KombuMessageCodec}.
 */
class KombuMessageCodecTests {

	private static final String PROPERTIES = "\"properties\": {\"delivery_info\": {\"exchange\": \"\", "
			+ "\"routing_key\": \"celery\"}, \"body_encoding\": \"base64\", \"delivery_tag\": \"t\"}";

	private final KombuMessageCodec codec = new KombuMessageCodec();

	@Test
	void writesWhatPythonWrites() {
		Map<String, Object> headers = new LinkedHashMap<>();
		headers.put("text", "é/\"\\\n\u0001\u007f\ud83d\ude00 lone \ud83d");
		headers.put("ключ", Arrays.asList(1, 2L, (short) 3, true, null, 1.5, 1e16, 0.00001, 1e7, 0.1f, -0.0));
		headers.put("odd", List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
		headers.put("big", new BigInteger("123456789012345678901234567890"));
		headers.put("empty", List.of(Map.of(), List.of(), ""));
		MessageProperties properties = new MessageProperties("cid", "", 2, new DeliveryInfo("", "celery", true), 3, "t",
				"60000", Map.of("origin", "me"));
		byte[] envelope = this.codec.encode(new KombuMessage("[1]".getBytes(StandardCharsets.UTF_8), "application/json",
				"utf-8", headers, properties));
		assertThat(new String(envelope, StandardCharsets.ISO_8859_1))
			.isEqualTo("{\"body\": \"WzFd\", \"content-encoding\": \"utf-8\", \"content-type\": \"application/json\", "
					+ "\"headers\": {\"text\": \"\\u00e9/\\\"\\\\\\n\\u0001\\u007f\\ud83d\\ude00 lone \\ud83d\", "
					+ "\"\\u043a\\u043b\\u044e\\u0447\": [1, 2, 3, true, null, 1.5, 1e+16, 1e-05, 10000000.0, 0.1, -0.0], "
					+ "\"odd\": [NaN, Infinity, -Infinity], \"big\": 123456789012345678901234567890, "
					+ "\"empty\": [{}, [], \"\"]}, \"properties\": {\"correlation_id\": \"cid\", \"reply_to\": \"\", "
					+ "\"origin\": \"me\", \"delivery_mode\": 2, \"expiration\": \"60000\", \"delivery_info\": "
					+ "{\"exchange\": \"\", \"routing_key\": \"celery\", \"redelivered\": true}, \"priority\": 3, "
					+ "\"body_encoding\": \"base64\", \"delivery_tag\": \"t\"}}");
		KombuMessage read = this.codec.decode(envelope);
		assertThat(read.headers()).containsEntry("text", headers.get("text")).containsEntry("big", headers.get("big"));
		assertThat(read.properties()).isEqualTo(properties);
		assertThat(this.codec.encode(read)).isEqualTo(envelope);
	}

	@Test
	void writesTextBodiesIfSoWished() {
		KombuMessageCodec plain = new KombuMessageCodec(true);
		MessageProperties properties = new MessageProperties("cid", null, 2, DeliveryInfo.toQueue("celery"), 0, "t",
				null, Map.of());
		byte[] text = "[[\"\u00e9\u0000\ud83d\ude00\"]]".getBytes(StandardCharsets.UTF_8);
		KombuMessage message = new KombuMessage(text, "application/json", "utf-8", Map.of(), properties);
		String envelope = new String(plain.encode(message), StandardCharsets.ISO_8859_1);
		assertThat(envelope).startsWith("{\"body\": \"[[\\\"\\u00e9\\u0000\\ud83d\\ude00\\\"]]\", ")
			.contains("\"body_encoding\": null, ");
		assertThat(this.codec.decode(plain.encode(message)).body()).isEqualTo(text);
		List<KombuMessage> others = List.of(
				new KombuMessage(new byte[] { (byte) 0xff, 'a' }, "application/json", "utf-8", Map.of(), properties),
				new KombuMessage(text, "application/data", "binary", Map.of(), properties), new KombuMessage(text,
						"application/json", "utf-8", Map.of("compression", "application/x-bz2"), properties));
		assertThat(others).allSatisfy((other) -> assertThat(plain.encode(other)).isEqualTo(this.codec.encode(other)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void refusesWhatHurtsPythonWorkers(String reason, KombuMessage message) {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> this.codec.encode(message))
			.withMessageContaining(reason);
	}

	static Stream<Arguments> refusesWhatHurtsPythonWorkers() {
		DeliveryInfo info = DeliveryInfo.toQueue("celery");
		Map<String, Object> deep = Map.of();
		for (int i = 0; i < 2000; i++) {
			deep = Map.of("k", deep);
		}
		return Stream.of(arguments("delivery tag is empty", message(Map.of(), info, "")),
				arguments("no exchange", message(Map.of(), new DeliveryInfo(null, "celery", false), "t")),
				arguments("no routing key", message(Map.of(), new DeliveryInfo("", null, false), "t")),
				arguments("no delivery info", message(Map.of(), null, "t")),
				arguments("separator", message(Map.of(), DeliveryInfo.toQueue("a\u0006\u0016b"), "t")),
				arguments("separator", message(Map.of(), new DeliveryInfo("\u0006\u0016", "q", false), "t")),
				arguments("'id'", message(Map.of("task", "t.add"), info, "t")),
				arguments("'id'", message(Map.of("task", "t.add", "id", ""), info, "t")),
				arguments("'id'", message(Map.of("task", "t.add", "id", 5), info, "t")),
				arguments("'task'", message(Map.of("task", 1, "id", "i"), info, "t")),
				arguments("java.time.Duration", message(Map.of("d", Duration.ZERO), info, "t")),
				arguments("a key in 'm'", message(Map.of("m", Map.of(1, 2)), info, "t")),
				arguments("Unsupported __type__ 'x'",
						message(Map.of("h", List.of(Map.of("__type__", "x", "__value__", 1))), info, "t")),
				arguments("4300 digits", message(Map.of("big", BigInteger.TWO.pow(20_000)), info, "t")),
				arguments("nesting", message(deep, info, "t")),
				arguments("'priority' is given twice",
						new KombuMessage(new byte[0], "a/b", "utf-8", Map.of(),
								new MessageProperties(null, null, 2, info, 0, "t", null, Map.of("priority", 1)))),
				arguments("content type", new KombuMessage(new byte[0], "", "utf-8", Map.of(),
						new MessageProperties(null, null, 2, info, 0, "t", null, Map.of()))));
	}

	private static KombuMessage message(Map<String, Object> headers, DeliveryInfo info, String tag) {
		return new KombuMessage(new byte[0], "application/json", "utf-8", headers,
				new MessageProperties(null, null, 2, info, 0, tag, null, Map.of()));
	}

	@Test
	void keepsTypedValuesThatKombuKnows() {
		Map<String, Object> headers = Map.of("when",
				Map.of("__type__", "datetime", "__value__", "2026-01-02T03:04:05+00:00"));
		byte[] envelope = this.codec.encode(message(headers, DeliveryInfo.toQueue("q"), "t"));
		assertThat(this.codec.decode(envelope).headers()).isEqualTo(headers);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			not JSON                | {"body": "e30=", oops
			not JSON                | nonsense
			not a JSON object       | [1, 2]
			not a JSON object       | "text"
			no properties           | {"body": "e30=", "headers": {}}
			no body                 | {"headers": {}, $}
			not a text              | {"body": {}, "headers": {}, $}
			is not an object        | {"body": "e30=", "headers": [1], $}
			not base64              | {"body": "{\\"a\\"}", "headers": {}, $}
			not base64              | {"body": "e30=e", $}
			more after              | {"body": "e30=", $} {}
			body_encoding 'rot13'   | {"body": "e30=", "properties": {"body_encoding": "rot13"}}
			""")
	void refusesWhatIsNoEnvelope(String reason, String envelope) {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> decode(envelope))
			.withMessageContaining(reason);
	}

	@Test
	void refusesWhatIsNotUtf8() {
		byte[] envelope = "{\"body\": \"\u00e9\", \"properties\": {}}".getBytes(StandardCharsets.ISO_8859_1);
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> this.codec.decode(envelope))
			.withMessageContaining("not UTF-8");
	}

	@Test
	void refusesEmptyInput() {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> this.codec.decode(new byte[0]));
	}

	@Test
	void readsTheLeastThatPythonWorkersAccept() {
		KombuMessage message = decode("{\"body\": \"e30=\", \"content-type\": \"application/json\", "
				+ "\"content-encoding\": \"utf-8\", \"headers\": {\"task\": \"t\", \"id\": \"i\"}, $}");
		assertThat(message.properties())
			.isEqualTo(new MessageProperties(null, null, 2, DeliveryInfo.toQueue("celery"), 0, "t", null, Map.of()));
		assertThat(message.body()).asString().isEqualTo("{}");
	}

	@Test
	void aForeignMessageWithoutTagAndDeliveryInfoSurvives() {
		KombuMessage message = decode("{\"body\": \"{}\", \"headers\": null, \"properties\": {\"x\": [1]}}");
		assertThat(message.properties()).isEqualTo(
				new MessageProperties(null, null, 2, DeliveryInfo.toQueue(""), 0, "", null, Map.of("x", List.of(1))));
		assertThat(message.headers()).isEmpty();
		assertThat(message.contentType()).isEqualTo("application/data");
		assertThat(message.contentEncoding()).isEqualTo("utf-8");
	}

	@Test
	void aBodyWithoutEncodingIsText() {
		for (String properties : List.of("{}", "{\"body_encoding\": null}", "{\"body_encoding\": \"utf-8\"}")) {
			// "WzFd" would be base64 as well
			assertThat(decode("{\"body\": \"WzFd\", \"properties\": " + properties + "}").body()).asString()
				.isEqualTo("WzFd");
			assertThat(decode("{\"body\": \"[\\\"\\u00e9\\\"]\", \"properties\": " + properties + "}").body())
				.asString(StandardCharsets.UTF_8)
				.isEqualTo("[\"é\"]");
		}
	}

	@Test
	void aBodyMayBeEscapedBrokenIntoLinesOrUnpadded() {
		String base64 = "Pz8/Pz8/"; // ??????
		assertThat(decode("{\"body\": \"" + base64.replace("/", "\\/") + "\", $}").body()).asString()
			.isEqualTo("??????");
		assertThat(decode("{\"body\": \"Pz8/\\nPz8/\\n\", $}").body()).asString().isEqualTo("??????");
		assertThat(decode("{\"body\": \"e30\", $}").body()).asString().isEqualTo("{}");
	}

	@Test
	void readsWhatPythonsJsonReads() {
		KombuMessage message = decode("{\"unknown\": [{}], \"body\": \"eA==\", \"body\": \"e30=\", \"headers\": "
				+ "{\"a\": 1, \"a\": NaN, \"i\": [Infinity, -Infinity, 1e400], \"raw\": \"é😀\", "
				+ "\"lone\": \"\\ud800\", \"\\udc00x\": 1}, $}");
		assertThat(message.body()).asString().isEqualTo("{}");
		assertThat(message.headers()).containsEntry("a", Double.NaN)
			.containsEntry("i", List.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY))
			.containsEntry("raw", "é😀")
			.containsEntry("lone", "\ud800")
			.containsEntry("\udc00x", 1);
	}

	@ParameterizedTest
	@CsvSource({ "5,5", "'\"7\"',7", "2.9,2", "null,0", "'\"high\"',0", "[],0", "true,0" })
	void aPriorityThatIsNoNumberIsZero(String json, int priority) {
		KombuMessage message = decode("{\"body\": \"\", \"properties\": {\"priority\": " + json + "}}");
		assertThat(message.properties().priority()).isEqualTo(priority);
	}

	@Test
	void largeBodiesPass() {
		byte[] body = new byte[30_000_000];
		Arrays.fill(body, (byte) 'x');
		KombuMessage message = new KombuMessage(body, "application/data", "binary", Map.of("h", "y".repeat(1_000_000)),
				new MessageProperties(null, null, 2, DeliveryInfo.toQueue("q"), 0, "t", null, Map.of()));
		KombuMessage read = this.codec.decode(this.codec.encode(message));
		assertThat(Arrays.equals(read.body(), body)).isTrue();
		assertThat(read.headers()).isEqualTo(message.headers());
	}

	private KombuMessage decode(String envelope) {
		return this.codec.decode(envelope.replace("$", PROPERTIES).getBytes(StandardCharsets.UTF_8));
	}

}
