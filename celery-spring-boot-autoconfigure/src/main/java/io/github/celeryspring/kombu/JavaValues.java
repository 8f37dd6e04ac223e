package io.github.celeryspring.kombu;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Converts what a tagged object contained, or a plain JSON scalar, to the Java type that
 * is asked for. All throw {@link IllegalArgumentException}, {@link ArithmeticException}
 * or {@link java.time.DateTimeException} if there is no meaning.
 */
final class JavaValues {

	private JavaValues() {
	}

	static Instant instant(Object value) {
		return offsetDateTime(value).toInstant();
	}

	static OffsetDateTime offsetDateTime(Object value) {
		Object time = time(value);
		return (time instanceof OffsetDateTime aware) ? aware : ((LocalDateTime) time).atOffset(ZoneOffset.UTC);
	}

	static LocalDateTime localDateTime(Object value) {
		Object time = time(value);
		return (time instanceof OffsetDateTime aware) ? LocalDateTime.ofInstant(aware.toInstant(), ZoneOffset.UTC)
				: (LocalDateTime) time;
	}

	static LocalDate localDate(Object value) {
		Object time = time(value);
		return (time instanceof OffsetDateTime aware) ? aware.toLocalDate() : ((LocalDateTime) time).toLocalDate();
	}

	static LocalTime localTime(Object value) {
		Object time = (value instanceof String text) ? PythonTimes.parseTime(text) : value;
		if (time instanceof LocalTime local) {
			return local;
		}
		throw unexpected(value, "time of day without offset");
	}

	static OffsetTime offsetTime(Object value) {
		Object time = (value instanceof String text) ? PythonTimes.parseTime(text) : value;
		if (time instanceof LocalTime local) {
			return local.atOffset(ZoneOffset.UTC);
		}
		if (time instanceof OffsetTime aware) {
			return aware;
		}
		throw unexpected(value, "time of day");
	}

	static BigDecimal decimal(@Nullable Object value) {
		if (value instanceof BigDecimal decimal) {
			return decimal;
		}
		if (value instanceof BigInteger integer) {
			return new BigDecimal(integer);
		}
		if (value instanceof String || value instanceof Number) {
			return new BigDecimal(value.toString());
		}
		throw unexpected(value, "decimal");
	}

	static UUID uuid(Object value) {
		if (value instanceof UUID uuid) {
			return uuid;
		}
		if (value instanceof String text) {
			return TaggedValues.uuid(text);
		}
		throw unexpected(value, "uuid");
	}

	static byte[] bytes(Object value) {
		if (value instanceof byte[] bytes) {
			return bytes;
		}
		if (value instanceof String text) {
			return Base64.getDecoder().decode(text);
		}
		if (value instanceof List<?> numbers) {
			byte[] bytes = new byte[numbers.size()];
			for (int i = 0; i < bytes.length; i++) {
				bytes[i] = decimal(numbers.get(i)).byteValueExact();
			}
			return bytes;
		}
		throw unexpected(value, "bytes");
	}

	private static Object time(Object value) {
		Object time = (value instanceof String text) ? PythonTimes.parse(text) : value;
		if (time instanceof LocalDate date) {
			return date.atStartOfDay();
		}
		if (time instanceof Instant instant) {
			return instant.atOffset(ZoneOffset.UTC);
		}
		if (time instanceof OffsetDateTime || time instanceof LocalDateTime) {
			return time;
		}
		throw unexpected(value, "date or time as ISO 8601 text");
	}

	private static IllegalArgumentException unexpected(@Nullable Object value, String wanted) {
		return new IllegalArgumentException("Not a " + wanted + ": " + TaggedValues.shown(value));
	}

}
