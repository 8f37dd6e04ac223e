package io.github.celeryspring.kombu.redis;

import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class UnackedEntryTests {

	@Test
	void readsWhatPythonWrote() {
		UnackedEntry entry = parse("[{\"headers\": {}, \"properties\": {\"priority\": 6}}, \"ex\", \"rk\"]");
		assertThat(entry.exchange()).isEqualTo("ex");
		assertThat(entry.routingKey()).isEqualTo("rk");
		assertThat(entry.priority()).isEqualTo(6);
	}

	@Test
	void marksHeadersAndDeliveryInfoAndNothingElse() {
		UnackedEntry entry = parse(
				"""
						[{"body": "W10=", "headers": {"id": "1"}, "x": null,
						"properties": {"delivery_info": {"exchange": "", "routing_key": "q"}, "delivery_tag": "t"}}, "", "q"]""");
		assertThat(KombuKeys.text(entry.redelivered())).isEqualTo(
				"""
						{"body":"W10=","headers":{"id":"1","redelivered":true},"x":null,\
						"properties":{"delivery_info":{"exchange":"","routing_key":"q","redelivered":true},"delivery_tag":"t"}}""");
	}

	@Test
	void unchangedKeepsEveryValue() {
		String envelope = "{\"n\":123456789012345678901234567890,\"f\":1.10,\"e\":1E+400,\"nan\":NaN,\"i\":-Infinity,"
				+ "\"s\":\"\\u00E9 \\uD83D\\uDE00 \\uD800\",\"t\":true}";
		assertThat(KombuKeys.text(parse("[" + envelope + ", \"\", \"q\"]").unchanged())).isEqualTo(envelope);
	}

	@Test
	void messageWithoutHeadersOrDeliveryInfoIsGivenBackNevertheless() {
		assertThat(KombuKeys.text(parse("[{\"a\":1}, \"\", null]").redelivered())).isEqualTo("{\"a\":1}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "[]", "[{}, \"\"]", "[1, \"\", \"q\"]", "[{}, 1, \"q\"]", "[{}, \"\", \"q\"] x",
			"[{\"a\", \"\", \"q\"]" })
	void whatIsNoEntryIsNotOne(String entry) {
		assertThat(UnackedEntry.parse(KombuKeys.bytes(entry))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"properties\":{}}", "{\"properties\":{\"priority\":null}}",
			"{\"properties\":{\"priority\":\"high\"}}", "not json" })
	void priorityDefaultsToZero(String envelope) {
		assertThat(UnackedEntry.priority(KombuKeys.bytes(envelope))).isZero();
	}

	@Test
	void envelopeOfOurEntryIsCutOutByteForByte() {
		byte[] suffix = UnackedEntry.suffix("b\u00fccher\"");
		byte[] entry = KombuKeys.bytes("[{\"a\" : 1}" + KombuKeys.text(suffix));
		assertThat(UnackedEntry.envelope(entry, suffix)).isEqualTo(KombuKeys.bytes("{\"a\" : 1}"));
		assertThat(UnackedEntry.envelope(entry, UnackedEntry.suffix("other"))).isNull();
		assertThat(parse(KombuKeys.text(entry)).routingKey()).isEqualTo("b\u00fccher\"");
	}

	@Test
	void rawMessageThatIsNoJsonIsNotTouched() {
		assertThat(UnackedEntry.redelivered(KombuKeys.bytes("{oops}"))).isEqualTo(KombuKeys.bytes("{oops}"));
	}

	private static UnackedEntry parse(String entry) {
		return Objects.requireNonNull(UnackedEntry.parse(KombuKeys.bytes(entry)));
	}

}
