package io.github.celeryspring.protocol;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.UUID;

import io.github.celeryspring.kombu.PythonNumbers;
import org.jspecify.annotations.Nullable;

/**
 * Python's {@code repr} of single values; what Python does not know is shown by its own
 * {@code toString}.
 */
final class ScalarRepr {

	/** As many bytes as may be shown at all. */
	private static final int MAX_BYTES = 1024;

	private ScalarRepr() {
	}

	static String of(@Nullable Object value) {
		if (value == null) {
			return "None";
		}
		if (value instanceof Boolean bool) {
			return bool ? "True" : "False";
		}
		if (value instanceof Number number) {
			return number(number);
		}
		if (value instanceof UUID uuid) {
			return "UUID('" + uuid + "')";
		}
		if (value instanceof byte[] bytes) {
			return "b'" + bytes((bytes.length > MAX_BYTES) ? Arrays.copyOf(bytes, MAX_BYTES) : bytes) + "'";
		}
		String time = time(value);
		return (time != null) ? time : text(value);
	}

	private static String number(Number number) {
		if (number instanceof Double value) {
			return PythonNumbers.repr(value);
		}
		if (number instanceof Float value) {
			return PythonNumbers.repr(Double.parseDouble(value.toString()));
		}
		return (number instanceof BigDecimal) ? "Decimal('" + number + "')" : number.toString();
	}

	private static String bytes(byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return HexFormat.of().formatHex(bytes);
		}
	}

	private static @Nullable String time(Object value) {
		if (value instanceof Instant instant) {
			return dateTime(instant.atOffset(ZoneOffset.UTC));
		}
		if (value instanceof Date date) {
			return dateTime(Instant.ofEpochMilli(date.getTime()).atOffset(ZoneOffset.UTC));
		}
		if (value instanceof OffsetDateTime dateTime) {
			return dateTime(dateTime);
		}
		if (value instanceof ZonedDateTime dateTime) {
			return dateTime(dateTime.toOffsetDateTime());
		}
		if (value instanceof LocalDateTime dateTime) {
			return "datetime.datetime(" + fields(dateTime) + ")";
		}
		if (value instanceof LocalDate date) {
			return "datetime.date(" + fields(date) + ")";
		}
		return (value instanceof LocalTime time) ? "datetime.time(" + fields(time) + ")" : null;
	}

	private static String dateTime(OffsetDateTime dateTime) {
		int seconds = dateTime.getOffset().getTotalSeconds();
		String delta = (seconds < 0) ? "days=-1, seconds=" + (86400 + seconds) : "seconds=" + seconds;
		String zone = (seconds == 0) ? "timezone.utc" : "timezone(datetime.timedelta(" + delta + "))";
		return "datetime.datetime(" + fields(dateTime.toLocalDateTime()) + ", tzinfo=datetime." + zone + ")";
	}

	private static String fields(LocalDateTime dateTime) {
		return fields(dateTime.toLocalDate()) + ", " + fields(dateTime.toLocalTime());
	}

	private static String fields(LocalDate date) {
		return date.getYear() + ", " + date.getMonthValue() + ", " + date.getDayOfMonth();
	}

	private static String fields(LocalTime time) {
		String fields = time.getHour() + ", " + time.getMinute();
		int micros = time.getNano() / 1000;
		if (time.getSecond() != 0 || micros != 0) {
			fields += ", " + time.getSecond();
		}
		return (micros != 0) ? fields + ", " + micros : fields;
	}

	private static String text(Object value) {
		try {
			return String.valueOf(value.toString());
		}
		catch (RuntimeException ex) {
			// The application's own code; the display of a task must not stop it.
			return "<" + value.getClass().getName() + ">";
		}
	}

}
