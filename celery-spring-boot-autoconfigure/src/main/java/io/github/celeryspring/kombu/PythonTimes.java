package io.github.celeryspring.kombu;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.temporal.Temporal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Dates and times as text: written as Python's {@code isoformat()} does, read as
 * tolerantly as {@code dateutil.parser.isoparse}. Python counts microseconds, so finer
 * digits are cut off. A time without offset ("naive") means UTC.
 *
 * @since 0.1.0
 */
public final class PythonTimes {

	private static final String TIME = "(\\d{2})(?::?(\\d{2})(?::?(\\d{2})(?:[.,](\\d+))?)?)?";

	private static final String OFFSET = "(?:([Zz])|([+-])(\\d{2})(?::?(\\d{2})(?::?(\\d{2})(?:\\.\\d+)?)?)?)?";

	private static final Pattern TIME_PATTERN = Pattern.compile(TIME + OFFSET);

	private static final Pattern PATTERN = Pattern
		.compile("(\\d{4})(?:-(\\d{2})(?:-(\\d{2}))?|(\\d{2})(\\d{2}))?(?:[Tt ](" + TIME + OFFSET + "))?");

	private PythonTimes() {
	}

	/**
	 * Formats an instant in UTC.
	 * @param instant the instant
	 * @return such as {@code 2026-01-02T03:04:05.678901+00:00}; no fraction if it is 0
	 * @throws DateTimeException if the year is not one that Python has (1 to 9999)
	 */
	public static String format(Instant instant) {
		return format(instant.atOffset(ZoneOffset.UTC));
	}

	/**
	 * Formats a time with its offset.
	 * @param dateTime the time
	 * @return such as {@code 2026-01-02T03:04:05+02:00}
	 * @throws DateTimeException if the year is not one that Python has (1 to 9999)
	 */
	public static String format(OffsetDateTime dateTime) {
		StringBuilder text = new StringBuilder(32);
		append(text, dateTime.toLocalDateTime());
		appendOffset(text, dateTime.getOffset());
		return text.toString();
	}

	/**
	 * Formats a time without offset.
	 * @param dateTime the time
	 * @return such as {@code 2026-01-02T03:04:05}
	 * @throws DateTimeException if the year is not one that Python has (1 to 9999)
	 */
	public static String format(LocalDateTime dateTime) {
		StringBuilder text = new StringBuilder(26);
		append(text, dateTime);
		return text.toString();
	}

	static String format(LocalDate date) {
		StringBuilder text = new StringBuilder(10);
		append(text, date);
		return text.toString();
	}

	static String format(LocalTime time) {
		StringBuilder text = new StringBuilder(15);
		append(text, time);
		return text.toString();
	}

	static String format(OffsetTime time) {
		StringBuilder text = new StringBuilder(21);
		append(text, time.toLocalTime());
		appendOffset(text, time.getOffset());
		return text.toString();
	}

	/**
	 * Reads a time in extended or basic ISO 8601, with or without seconds, fraction or
	 * offset; a date alone is its first moment.
	 * @param text the text
	 * @return an {@link OffsetDateTime} if the text has an offset, else a
	 * {@link LocalDateTime}
	 * @throws DateTimeException if it is neither
	 */
	public static Temporal parse(String text) {
		Matcher matcher = PATTERN.matcher(text);
		if (!matcher.matches()) {
			throw new DateTimeException("Not an ISO 8601 time: '" + TaggedValues.shown(text) + "'");
		}
		int month = (matcher.group(4) != null) ? 4 : 2;
		LocalDate date = LocalDate.of(number(matcher, 1, 1), number(matcher, month, 1),
				number(matcher, (month == 4) ? 5 : 3, 1));
		if (matcher.group(6) == null) {
			return date.atStartOfDay();
		}
		LocalDateTime local = date.atTime(time(matcher, 7));
		ZoneOffset offset = offset(matcher, 11);
		return (offset != null) ? local.atOffset(offset) : local;
	}

	/**
	 * As {@link #parse}, a time without offset taken as UTC.
	 * @param text the text
	 * @return the instant
	 * @throws DateTimeException if it is not a time
	 */
	public static Instant parseInstant(String text) {
		Temporal parsed = parse(text);
		return (parsed instanceof OffsetDateTime aware) ? aware.toInstant()
				: ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
	}

	/**
	 * Reads a time of day.
	 * @param text the text
	 * @return an {@link OffsetTime} if the text has an offset, else a {@link LocalTime}
	 * @throws DateTimeException if it is neither
	 */
	static Temporal parseTime(String text) {
		Matcher matcher = TIME_PATTERN.matcher(text);
		if (!matcher.matches()) {
			throw new DateTimeException("Not an ISO 8601 time of day: '" + TaggedValues.shown(text) + "'");
		}
		LocalTime time = time(matcher, 1);
		ZoneOffset offset = offset(matcher, 5);
		return (offset != null) ? time.atOffset(offset) : time;
	}

	private static LocalTime time(Matcher matcher, int group) {
		String fraction = matcher.group(group + 3);
		int micros = 0;
		if (fraction != null) {
			micros = Integer.parseInt((fraction + "000000").substring(0, 6));
		}
		return LocalTime.of(number(matcher, group, 0), number(matcher, group + 1, 0), number(matcher, group + 2, 0),
				micros * 1000);
	}

	private static @Nullable ZoneOffset offset(Matcher matcher, int group) {
		if (matcher.group(group) != null) {
			return ZoneOffset.UTC;
		}
		if (matcher.group(group + 1) == null) {
			return null;
		}
		int sign = matcher.group(group + 1).equals("-") ? -1 : 1;
		return ZoneOffset.ofHoursMinutesSeconds(sign * number(matcher, group + 2, 0),
				sign * number(matcher, group + 3, 0), sign * number(matcher, group + 4, 0));
	}

	private static int number(Matcher matcher, int group, int missing) {
		String digits = matcher.group(group);
		return (digits != null) ? Integer.parseInt(digits) : missing;
	}

	private static void append(StringBuilder text, LocalDateTime dateTime) {
		append(text, dateTime.toLocalDate());
		text.append('T');
		append(text, dateTime.toLocalTime());
	}

	private static void append(StringBuilder text, LocalDate date) {
		int year = date.getYear();
		if (year < 1 || year > 9999) {
			throw new DateTimeException("Python has no year " + year + ", only 1 to 9999");
		}
		digits(text, year, 4);
		digits(text.append('-'), date.getMonthValue(), 2);
		digits(text.append('-'), date.getDayOfMonth(), 2);
	}

	private static void append(StringBuilder text, LocalTime time) {
		digits(text, time.getHour(), 2);
		digits(text.append(':'), time.getMinute(), 2);
		digits(text.append(':'), time.getSecond(), 2);
		int micros = time.getNano() / 1000;
		if (micros != 0) {
			digits(text.append('.'), micros, 6);
		}
	}

	private static void appendOffset(StringBuilder text, ZoneOffset offset) {
		int seconds = Math.abs(offset.getTotalSeconds());
		text.append((offset.getTotalSeconds() < 0) ? '-' : '+');
		digits(text, seconds / 3600, 2);
		digits(text.append(':'), seconds / 60 % 60, 2);
		if (seconds % 60 != 0) {
			digits(text.append(':'), seconds % 60, 2);
		}
	}

	private static void digits(StringBuilder text, int value, int width) {
		int limit = 1;
		for (int i = 1; i < width; i++) {
			limit *= 10;
		}
		for (int i = limit; i > 0; i /= 10) {
			text.append((char) ('0' + value / i % 10));
		}
	}

}
