package io.github.celeryspring.kombu;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import io.github.celeryspring.CelerySerializationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link KombuJson}.
 */
class KombuJsonTests {

	private static final UUID ID = UUID.fromString("12345678-1234-5678-1234-567812345678");

	private static final byte[] BINARY = { (byte) 0xff, 0 };

	private final JsonMapper mapper = KombuJson.builder(true).build();

	private final ContentSerializer tagged = new JsonContentSerializer(this.mapper);

	private final ContentSerializer plain = new JsonContentSerializer(KombuJson.builder(false).build());

	@ParameterizedTest(name = "{1}")
	@MethodSource
	void writesAndReadsKombusForms(Object value, String taggedForm, @Nullable String plainForm) {
		assertThat(this.tagged.serialize(value)).asString().isEqualTo(taggedForm);
		assertThat(this.mapper.readValue(taggedForm, type(value))).isEqualTo(value);
		if (plainForm != null) {
			assertThat(this.plain.serialize(value)).asString().isEqualTo(plainForm);
			assertThat(this.mapper.readValue(plainForm, type(value))).isEqualTo(value);
		}
		else {
			assertThatExceptionOfType(CelerySerializationException.class)
				.isThrownBy(() -> this.plain.serialize(List.of(value)))
				.withMessageContaining("[0]")
				.withMessageContaining("kombu 5.3");
		}
	}

	static Stream<Arguments> writesAndReadsKombusForms() {
		return Stream.of(
				arguments(OffsetDateTime.parse("2026-01-02T03:04:05.678901Z"),
						typed("datetime", "2026-01-02T03:04:05.678901+00:00"), "\"2026-01-02T03:04:05.678901Z\""),
				arguments(OffsetDateTime.parse("2026-01-02T03:04:05+02:00"),
						typed("datetime", "2026-01-02T03:04:05+02:00"), "\"2026-01-02T03:04:05+02:00\""),
				arguments(ZonedDateTime.parse("2026-01-02T03:04:05+02:00"),
						typed("datetime", "2026-01-02T03:04:05+02:00"), "\"2026-01-02T03:04:05+02:00\""),
				arguments(Instant.parse("2026-01-02T03:04:05.5Z"),
						typed("datetime", "2026-01-02T03:04:05.500000+00:00"), "\"2026-01-02T03:04:05.500000Z\""),
				arguments(LocalDateTime.parse("2026-01-02T03:04:05"), typed("datetime", "2026-01-02T03:04:05"),
						"\"2026-01-02T03:04:05\""),
				arguments(Date.from(Instant.parse("2026-01-02T03:04:05.678Z")),
						typed("datetime", "2026-01-02T03:04:05.678000+00:00"), "\"2026-01-02T03:04:05.678000Z\""),
				arguments(LocalDate.parse("2026-01-02"), typed("date", "2026-01-02"), "\"2026-01-02T00:00:00\""),
				arguments(LocalTime.parse("03:04:05"), typed("time", "03:04:05"), "\"03:04:05\""),
				arguments(new BigDecimal("1.10"), typed("decimal", "1.10"), "\"1.10\""),
				arguments(new BigDecimal("1E+3"), typed("decimal", "1E+3"), "\"1E+3\""),
				arguments(ID,
						"{\"__type__\": \"uuid\", \"__value__\": {\"hex\": \"12345678123456781234567812345678\"}}",
						"\"12345678-1234-5678-1234-567812345678\""),
				arguments("aé".getBytes(StandardCharsets.UTF_8), typed("bytes", "a\\u00e9"), null),
				arguments(BINARY, typed("base64", "/wA="), null), arguments(new byte[0], typed("bytes", ""), null));
	}

	private static String typed(String type, String value) {
		return "{\"__type__\": \"" + type + "\", \"__value__\": \"" + value + "\"}";
	}

	@SuppressWarnings("unchecked")
	private static Class<Object> type(Object value) {
		return (Class<Object>) value.getClass();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"2026-01-02T03:04:05Z\"", "\"2026-01-02T03:04:05\"", "\"2026-01-02T05:04:05+02:00\"",
			"\"20260102T030405Z\"", "{\"__type__\": \"datetime\", \"__value__\": \"2026-01-02T03:04:05\"}",
			"{\"__value__\": \"2026-01-02T03:04:05+00:00\", \"__type__\": \"datetime\"}" })
	void anyFormOfATimeIsReadAsAnyTypeOfTime(String json) {
		Instant instant = Instant.parse("2026-01-02T03:04:05Z");
		JsonNode tree = this.mapper.readTree(json);
		assertThat(this.mapper.treeToValue(tree, Instant.class)).isEqualTo(instant);
		assertThat(this.mapper.treeToValue(tree, OffsetDateTime.class).toInstant()).isEqualTo(instant);
		assertThat(this.mapper.treeToValue(tree, ZonedDateTime.class).toInstant()).isEqualTo(instant);
		assertThat(this.mapper.treeToValue(tree, Date.class)).isEqualTo(Date.from(instant));
		assertThat(this.mapper.treeToValue(tree, LocalDateTime.class)).isEqualTo("2026-01-02T03:04:05");
		assertThat(this.mapper.treeToValue(tree, LocalDate.class)).isEqualTo("2026-01-02");
	}

	@Test
	void aDateIsReadAsItsFirstMoment() {
		assertThat(this.mapper.readValue(typed("date", "2026-01-02"), Instant.class)).isEqualTo("2026-01-02T00:00:00Z");
		assertThat(this.mapper.readValue("\"2026-01-02\"", LocalDate.class)).isEqualTo("2026-01-02");
	}

	@Test
	void otherPlainFormsAreRead() {
		assertThat(this.mapper.readValue("1.10", BigDecimal.class)).isEqualTo("1.1");
		assertThat(this.mapper.readValue("12345678901234567890", BigDecimal.class)).isEqualTo("12345678901234567890");
		assertThat(this.mapper.readValue("\"12345678123456781234567812345678\"", UUID.class)).isEqualTo(ID);
		assertThat(this.mapper.readValue("\"/wA=\"", byte[].class)).isEqualTo(BINARY);
		assertThat(this.mapper.readValue("[255, 0]", int[].class)).containsExactly(255, 0);
		assertThat(this.mapper.readValue("[-1, 0]", byte[].class)).isEqualTo(BINARY);
		assertThat(this.mapper.readValue("null", Instant.class)).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			java.time.Instant    | 1795375396
			java.time.Instant    | "tomorrow"
			java.time.Instant    | {"__type__": "uuid", "__value__": {"hex": "12345678123456781234567812345678"}}
			java.time.Instant    | {"__type__": "datetime", "__value__": 5}
			java.time.Instant    | {"__type__": "custom", "__value__": "2026-01-02T03:04:05"}
			java.time.Instant    | {"__type__": "datetime"}
			java.time.Instant    | []
			java.time.LocalTime  | "03:04:05+01:00"
			java.math.BigDecimal | "one"
			java.math.BigDecimal | NaN
			java.math.BigDecimal | true
			java.util.UUID       | "12345678"
			java.util.UUID       | "x2345678123456781234567812345678"
			java.lang.Object     | {"__type__": "custom", "__value__": "x"}
			java.lang.Object     | [{"a": {"__type__": "decimal", "__value__": "x"}}]
			java.lang.Integer    | 1.5
			""")
	void whatHasNoMeaningIsRefused(Class<?> type, String json) {
		assertThatExceptionOfType(DatabindException.class).isThrownBy(() -> this.mapper.readValue(json, type));
	}

	@Test
	void untypedValuesBecomeJavaValues() {
		String json = "[" + String.join(", ", typed("datetime", "2026-01-02T03:04:05+02:00"),
				typed("datetime", "2026-01-02T03:04:05"), typed("date", "2026-01-02"), typed("time", "03:04:05"),
				typed("decimal", "1.10"),
				"{\"__type__\": \"uuid\", \"__value__\": {\"hex\": \"" + ID.toString().replace("-", "") + "\"}}") + "]";
		Object value = this.mapper.treeToValue(this.mapper.readTree(json), Object.class);
		assertThat(value).isEqualTo(
				List.of(OffsetDateTime.parse("2026-01-02T03:04:05+02:00"), LocalDateTime.parse("2026-01-02T03:04:05"),
						LocalDate.parse("2026-01-02"), LocalTime.parse("03:04:05"), new BigDecimal("1.10"), ID));
		assertThat(this.mapper.readValue(typed("bytes", "ab"), Object.class)).isEqualTo("ab".getBytes());
		Map<String, Object> map = this.mapper.readValue("{\"d\": " + typed("date", "2026-01-02")
				+ ", \"m\": {\"__type__\": 1, \"__value__\": 2, \"x\": 3}, \"n\": [null, 1, 2.5, 12345678901234567890]}",
				new TypeReference<>() {
				});
		assertThat(map).containsEntry("d", LocalDate.parse("2026-01-02"))
			.containsEntry("m", Map.of("__type__", 1, "__value__", 2, "x", 3))
			.containsEntry("n", Arrays.asList(null, 1, 2.5, new BigInteger("12345678901234567890")));
	}

	enum Level {

		LOW, HIGH;

		@Override
		public String toString() {
			return "level " + name();
		}

	}

	record Order(String zoë, Optional<String> note, Level level, Duration delay, double price, @Nullable Instant due,
			Optional<Level> none) {

	}

	@Test
	void recordsAreObjectsInTheirOwnOrder() {
		Order order = new Order("ñ", Optional.of("n"), Level.HIGH, Duration.ofMillis(1500), 1e16, null,
				Optional.empty());
		String json = "{\"zo\\u00eb\": \"\\u00f1\", \"note\": \"n\", \"level\": \"HIGH\", \"delay\": 1.5, "
				+ "\"price\": 1e+16, \"due\": null, \"none\": null}";
		assertThat(this.tagged.serialize(order)).asString().isEqualTo(json);
		assertThat(this.mapper.readValue(json, Order.class)).isEqualTo(order);
		assertThat(this.mapper.treeToValue(this.mapper.readTree(json), Order.class)).isEqualTo(order);
		assertThat(this.mapper.readValue("{\"level\": \"LOW\", \"unknown\": 1, \"price\": 2}", Order.class).level())
			.isEqualTo(Level.LOW);
	}

	@Test
	void aDurationIsItsSeconds() {
		assertThat(this.tagged.serialize(List.of(Duration.ofHours(1), Duration.ofNanos(-1)))).asString()
			.isEqualTo("[3600, -0.000000001]");
		for (String json : List.of("90", "90.0", "\"PT1M30S\"")) {
			assertThat(this.mapper.treeToValue(this.mapper.readTree(json), Duration.class)).hasSeconds(90);
		}
	}

	@Test
	void mapsThatLookLikeTypedValuesAreRefused() {
		Map<String, Object> unknown = Map.of("__type__", "custom", "__value__", 1);
		for (Object value : List.of(unknown, List.of(unknown), Map.of("k", unknown), new Holder(unknown))) {
			assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> this.tagged.serialize(value))
				.withMessageContaining("custom");
		}
		JsonNode tree = this.mapper.readTree("{\"a\": [{\"__type__\": \"custom\", \"__value__\": 1}]}");
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> this.tagged.serialize(tree))
			.withMessageContaining("custom");
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.tagged.serialize(Map.of("__type__", "date", "__value__", "soon")))
			.withMessageContaining("soon");
	}

	record Holder(Map<String, Object> map) {

	}

	@Test
	void typedValuesMadeByHandAndOtherMapsPass() {
		Map<String, Object> date = new LinkedHashMap<>();
		date.put("__type__", "date");
		date.put("__value__", "2026-01-02");
		assertThat(this.tagged.serialize(date)).asString().isEqualTo(typed("date", "2026-01-02"));
		JsonNode tree = this.mapper
			.readTree("[{\"__type__\": \"uuid\", \"__value__\": {\"hex\": \"12345678123456781234567812345678\"}}]");
		assertThat(this.tagged.serialize(tree)).asString()
			.isEqualTo(tree.toString().replace(":", ": ").replace(",", ", "));
		assertThat(this.tagged.serialize(Map.of("__type__", "x"))).asString().isEqualTo("{\"__type__\": \"x\"}");
		assertThat(this.tagged.serialize(new Holder(Map.of("k", Instant.EPOCH)))).asString()
			.isEqualTo("{\"map\": {\"k\": " + typed("datetime", "1970-01-01T00:00:00+00:00") + "}}");
	}

	@Test
	void aYearThatPythonDoesNotHaveIsRefused() {
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.tagged.serialize(Map.of("due", Instant.parse("+10000-01-01T00:00:00Z"))))
			.withMessageContaining("due")
			.withMessageContaining("9999");
	}

	@Test
	void anApplicationMayCustomizeTheBuilder() {
		JsonMapper custom = KombuJson.builder(true).build().rebuild().build();
		assertThat(custom.writeValueAsBytes(List.of("é", 1e16))).asString().isEqualTo("[\"\\u00e9\", 1e+16]");
	}

}
