package io.github.celeryspring.kombu;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.InvalidMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Serializers} and the json serializer.
 */
class SerializersTests {

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private final ContentSerializer json = this.serializers.json();

	@Test
	void jsonIsTheOneThatIsAccepted() {
		assertThat(this.serializers.forContentType("application/json")).isSameAs(this.json);
		assertThat(this.json.name()).isEqualTo("json");
		assertThat(this.json.contentType()).isEqualTo("application/json");
		assertThat(this.json.contentEncoding()).isEqualTo("utf-8");
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> this.serializers.forContentType("application/x-python-serialize"))
			.withMessageContaining("application/x-python-serialize")
			.withMessageContaining("celery.accept-content");
	}

	@Test
	void typedValuesStayInTheTree() {
		byte[] content = "{\"d\": {\"__type__\": \"date\", \"__value__\": \"2026-01-02\"}, \"u\": {\"__type__\": \"x\", \"__value__\": 1}}"
			.getBytes(StandardCharsets.UTF_8);
		JsonNode tree = this.json.deserialize(content);
		assertThat(tree.get("d").get("__value__").stringValue()).isEqualTo("2026-01-02");
		assertThat(tree.get("u").get("__type__").stringValue()).isEqualTo("x");
	}

	@Test
	void readsNumbersOfAnySize() {
		String digits = "7".repeat(4000);
		JsonNode tree = this.json.deserialize(("[" + digits + ", NaN, -Infinity]").getBytes(StandardCharsets.UTF_8));
		assertThat(tree.get(0).bigIntegerValue()).isEqualTo(new BigInteger(digits));
		assertThat(tree.get(1).doubleValue()).isNaN();
		assertThat(tree.get(2).doubleValue()).isEqualTo(Double.NEGATIVE_INFINITY);
		assertThat(this.json.serialize(tree)).asString().isEqualTo("[" + digits + ", NaN, -Infinity]");
	}

	@Test
	void longTextsAndDeepArraysPass() {
		String text = "x".repeat(10_000_000);
		assertThat(this.json.deserialize(this.json.serialize(text)).stringValue()).isEqualTo(text);
		String deep = "[".repeat(900) + "]".repeat(900);
		assertThat(this.json.deserialize(deep.getBytes(StandardCharsets.UTF_8)).isArray()).isTrue();
	}

	@Test
	void readsLoneSurrogatesEvenInNames() {
		byte[] content = "{\"\\ud800\": \"\\udc00\"}".getBytes(StandardCharsets.UTF_8);
		JsonNode tree = this.json.deserialize(content);
		assertThat(tree.get("\ud800").stringValue()).isEqualTo("\udc00");
		assertThat(this.json.serialize(tree)).isEqualTo(content);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "[1] 2", "{'a': 1}", "\u0080\u0002K\u0001.", "\"\u00e9\"" })
	void whatIsNotJsonIsRefused(String content) {
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.json.deserialize(content.getBytes(StandardCharsets.ISO_8859_1)))
			.withMessageStartingWith("Cannot read JSON");
	}

	@Test
	void anErrorNamesThePlace() {
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.json.serialize(List.of(1, Map.of("user", List.of(new Object())))))
			.withMessageContaining("[1].user[0]")
			.withMessageContaining("java.lang.Object");
	}

	@Test
	void aListThatContainsItselfIsRefused() {
		List<Object> list = new ArrayList<>();
		list.add(list);
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> this.json.serialize(list));
	}

	@Test
	void anIntegerThatPythonDoesNotReadIsRefused() {
		assertThat(this.json.serialize(BigInteger.TEN.pow(4299))).hasSize(4300);
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.json.serialize(BigInteger.TEN.pow(4300)))
			.withMessageContaining("4300 digits");
	}

}
