package io.github.celeryspring.protocol;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReprFormat}. What is expected was written by Celery 5.7.
 */
class ReprFormatTests {

	@Test
	void argumentsAreATuple() {
		assertThat(ReprFormat.tuple(List.of())).isEqualTo("()");
		assertThat(ReprFormat.tuple(List.of(1))).isEqualTo("(1,)");
		assertThat(ReprFormat.tuple(List.of(2, 3))).isEqualTo("(2, 3)");
		assertThat(ReprFormat.tuple(Collections.singletonList(null))).isEqualTo("(None,)");
	}

	@Test
	void valuesLookLikePython() {
		Map<Object, Object> map = new LinkedHashMap<>();
		map.put(1, 2);
		map.put("a", List.of(1));
		assertThat(ReprFormat.tuple(Arrays.asList("it's \"x\"\n", 1.0, 1e16, 0.1f, true, false, null,
				"ab'c".getBytes(StandardCharsets.UTF_8), new byte[] { 'a', 'b', (byte) 0xff }, map, Set.of(), Set.of(5),
				Optional.of("o"), Optional.empty(), new int[] { 1, 2 }, new String[] { "s" }, 5L, Double.NaN)))
			.isEqualTo("('it\\'s \"x\"\n', 1.0, 1e+16, 0.1, True, False, None, b'ab'c', b'6162ff', {1: 2, 'a': [1]}, "
					+ "set(), {5}, 'o', None, [1, 2], ['s'], 5, nan)");
	}

	@Test
	void timesAndTypedValuesLookLikePython() {
		Instant instant = Instant.parse("2026-01-02T03:04:05.678901Z");
		assertThat(ReprFormat.of(List.of(instant, Date.from(Instant.EPOCH), LocalDate.parse("2026-01-02"))))
			.isEqualTo("[datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc), "
					+ "datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), datetime.date(2026, 1, 2)]");
		assertThat(ReprFormat.of(OffsetDateTime.parse("2026-01-02T03:04:05+02:00"))).isEqualTo(
				"datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone(datetime.timedelta(seconds=7200)))");
		assertThat(ReprFormat.of(ZonedDateTime.parse("2026-01-02T00:00:00-02:00")))
			.isEqualTo("datetime.datetime(2026, 1, 2, 0, 0, "
					+ "tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=79200)))");
		assertThat(ReprFormat.of(LocalDateTime.parse("2026-01-02T03:04")))
			.isEqualTo("datetime.datetime(2026, 1, 2, 3, 4)");
		assertThat(ReprFormat.of(LocalTime.parse("03:04:05.000006"))).isEqualTo("datetime.time(3, 4, 5, 6)");
		assertThat(ReprFormat.of(new BigDecimal("1.10"))).isEqualTo("Decimal('1.10')");
		assertThat(ReprFormat.of(new UUID(1, 2))).isEqualTo("UUID('00000000-0000-0001-0000-000000000002')");
	}

	@Test
	void treesLookLikePython() {
		assertThat(ReprFormat
			.of(new JsonMapper().readTree("{\"a\": [1, 2.5, \"x\", null, true, {}], \"b\": 12345678901234567890}")))
			.isEqualTo("{'a': [1, 2.5, 'x', None, True, {}], 'b': 12345678901234567890}");
	}

	@Test
	void deepValuesAreCut() {
		List<?> deep = List.of(List.of(List.of(List.of(1))), List.of(List.of()), List.of(List.of(Map.of())));
		assertThat(ReprFormat.tuple(deep)).isEqualTo("([[[...]]], [[]], [[{...}]])");
	}

	@Test
	void longValuesAreCutAsCeleryCutsThem() {
		String x = "x".repeat(2000);
		String cut = "x".repeat(1023) + "...";
		assertThat(ReprFormat.tuple(List.of(x))).isEqualTo("('" + cut + "',)");
		assertThat(ReprFormat.tuple(List.of(x, 5))).isEqualTo("('" + cut + "', ...)");
		assertThat(ReprFormat.tuple(List.of(x, List.of(5)))).isEqualTo("('" + cut + "', ...)");
		assertThat(ReprFormat.tuple(List.of(List.of(x), List.of(5))))
			.isEqualTo("(['" + "x".repeat(1022) + "...'], ...)");
		assertThat(ReprFormat.of(Collections.singletonMap(x, 1))).isEqualTo("{'" + cut + "', ...}");
		assertThat(ReprFormat.of(List.of("x ".repeat(900)))).isEqualTo("['" + "x ".repeat(510) + "x...']");
		assertThat(ReprFormat.of(List.of("a".repeat(1022)))).isEqualTo("['" + "a".repeat(1022) + "']");
		String numbers = ReprFormat.of(IntStream.range(0, 100_000).toArray());
		assertThat(numbers).hasSize(1033).endsWith("224, 225, 226..., ...]");
	}

	@Test
	void textIsNotCutInTheMiddleOfACharacter() {
		String text = ReprFormat.of("\ud83d\ude00".repeat(1000));
		assertThat(text).isEqualTo("'" + "\ud83d\ude00".repeat(512) + "...'");
		assertThat(ReprFormat.of("a" + "\ud83d\ude00".repeat(1000)))
			.isEqualTo("'a" + "\ud83d\ude00".repeat(511) + "...'");
	}

	@Test
	void objectsOfTheApplicationShowThemselvesOrTheirClass() {
		record Point(int x, int y) {

		}
		assertThat(ReprFormat.of(new Point(1, 2))).isEqualTo("Point[x=1, y=2]");
		assertThat(ReprFormat.of(new Object() {
			@Override
			public String toString() {
				throw new IllegalStateException();
			}
		})).startsWith("<" + ReprFormatTests.class.getName());
	}

}
