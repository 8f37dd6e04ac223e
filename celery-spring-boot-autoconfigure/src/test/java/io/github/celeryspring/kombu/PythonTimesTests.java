package io.github.celeryspring.kombu;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PythonTimes}.
 */
class PythonTimesTests {

	@Test
	void formatsAsIsoformat() {
		assertThat(PythonTimes.format(Instant.parse("2026-11-22T20:19:19.755481Z")))
			.isEqualTo("2026-11-22T20:19:19.755481+00:00");
		assertThat(PythonTimes.format(Instant.parse("2026-01-02T03:04:05Z"))).isEqualTo("2026-01-02T03:04:05+00:00");
		assertThat(PythonTimes.format(Instant.parse("2026-01-02T03:04:05.1Z")))
			.isEqualTo("2026-01-02T03:04:05.100000+00:00");
		assertThat(PythonTimes.format(Instant.parse("2026-01-02T03:04:05.000000999Z")))
			.isEqualTo("2026-01-02T03:04:05+00:00");
		assertThat(PythonTimes.format(OffsetDateTime.parse("0001-01-02T03:04:05-02:30")))
			.isEqualTo("0001-01-02T03:04:05-02:30");
		assertThat(PythonTimes
			.format(LocalDateTime.parse("2026-01-02T03:04").atOffset(ZoneOffset.ofHoursMinutesSeconds(1, 2, 3))))
			.isEqualTo("2026-01-02T03:04:00+01:02:03");
		assertThat(PythonTimes.format(LocalDateTime.parse("2026-01-02T03:04"))).isEqualTo("2026-01-02T03:04:00");
		assertThat(PythonTimes.format(LocalDate.parse("2026-01-02"))).isEqualTo("2026-01-02");
		assertThat(PythonTimes.format(LocalTime.parse("03:04"))).isEqualTo("03:04:00");
		assertThat(PythonTimes.format(OffsetTime.parse("03:04:05.5+01:00"))).isEqualTo("03:04:05.500000+01:00");
	}

	@Test
	void refusesYearsThatPythonDoesNotHave() {
		assertThatExceptionOfType(DateTimeException.class)
			.isThrownBy(() -> PythonTimes.format(Instant.parse("+10000-01-01T00:00:00Z")))
			.withMessageContaining("9999");
		assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> PythonTimes.format(Instant.MAX));
		assertThatExceptionOfType(DateTimeException.class)
			.isThrownBy(() -> PythonTimes.format(LocalDateTime.of(0, 1, 1, 0, 0)));
	}

	@ParameterizedTest
	@CsvSource({ "2030-01-02T03:04:05Z, 2030-01-02T03:04:05Z", "2030-01-02T03:04:05z, 2030-01-02T03:04:05Z",
			"2030-01-02T03:04:05+00:00, 2030-01-02T03:04:05Z", "2030-01-02T03:04:05+0200, 2030-01-02T01:04:05Z",
			"2030-01-02T03:04:05-02, 2030-01-02T05:04:05Z", "2030-01-02T03:04:05, 2030-01-02T03:04:05Z",
			"2030-01-02 03:04:05, 2030-01-02T03:04:05Z", "20300102T030405Z, 2030-01-02T03:04:05Z",
			"20300102T0304, 2030-01-02T03:04:00Z", "2030-01-02T03:04, 2030-01-02T03:04:00Z",
			"2030-01-02T03, 2030-01-02T03:00:00Z", "2030-01-02, 2030-01-02T00:00:00Z", "20300102, 2030-01-02T00:00:00Z",
			"2030-02, 2030-02-01T00:00:00Z", "2030-01-02T03:04:05.1Z, 2030-01-02T03:04:05.1Z",
			"2030-01-02T03:04:05.123456789+00:00, 2030-01-02T03:04:05.123456Z",
			"'2030-01-02T03:04:05,5', 2030-01-02T03:04:05.5Z", "2030-01-02T03:04:05+01:02:03, 2030-01-02T02:02:02Z" })
	void readsWhatDateutilReads(String text, Instant instant) {
		assertThat(PythonTimes.parseInstant(text)).isEqualTo(instant);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1795375396", "1795375396.5", "tomorrow", "2030-13-02T03:04:05", "2030-01-02T25:00",
			"2030-01-02T03:04:05 Europe/Berlin", "2030-01-02T03:04:05+99:00", "2030-01-02T" })
	void refusesWhatIsNoTime(String text) {
		assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> PythonTimes.parse(text));
	}

	@Test
	void tellsNaiveTimesFromAwareOnes() {
		assertThat(PythonTimes.parse("2030-01-02T03:04:05+02:00"))
			.isEqualTo(OffsetDateTime.parse("2030-01-02T03:04:05+02:00"));
		assertThat(PythonTimes.parse("2030-01-02T03:04:05")).isEqualTo(LocalDateTime.parse("2030-01-02T03:04:05"));
		assertThat(PythonTimes.parseTime("03:04:05.25")).isEqualTo(LocalTime.parse("03:04:05.25"));
		assertThat(PythonTimes.parseTime("03:04+01:00")).isEqualTo(OffsetTime.parse("03:04+01:00"));
		assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> PythonTimes.parseTime("3 o'clock"));
	}

}
