package io.github.celeryspring.canvas;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;

/**
 * Times in the options of a signature. They are text for every Celery: an old one would
 * take a tagged time for a map.
 */
final class OptionTimes {

	private static final DateTimeFormatter PYTHON = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

	private static final DateTimeFormatter PARSER = new DateTimeFormatterBuilder()
		.appendPattern("uuuu-MM-dd['T'][' ']HH:mm[:ss]")
		.optionalStart()
		.appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
		.optionalEnd()
		.appendPattern("[XXXXX][XXXX][X]")
		.toFormatter();

	private OptionTimes() {
	}

	/** As Python's isoformat(): six digits of fraction, or none if it is 0. */
	static String format(Instant instant) {
		OffsetDateTime time = instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
		String fraction = (time.getNano() != 0) ? String.format(".%06d", time.getNano() / 1000) : "";
		return PYTHON.format(time) + fraction + "+00:00";
	}

	/** A time without offset means UTC. */
	static Instant parse(String text) {
		TemporalAccessor parsed = PARSER.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
		return (parsed instanceof OffsetDateTime aware) ? aware.toInstant()
				: ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
	}

}
