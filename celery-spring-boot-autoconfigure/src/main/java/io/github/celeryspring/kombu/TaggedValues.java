package io.github.celeryspring.kombu;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.Temporal;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * kombu's {@code {"__type__": ..., "__value__": ...}} objects. kombu takes an object for
 * one if these are exactly its keys, and fails on a type that it does not know: such a
 * message kills or is dropped by a Python worker.
 */
final class TaggedValues {

	static final String TYPE = "__type__";

	static final String VALUE = "__value__";

	private TaggedValues() {
	}

	/**
	 * Whether kombu would take the map for a tagged value.
	 * @param map the map
	 * @return whether it has exactly the two keys
	 */
	static boolean isTagged(Map<?, ?> map) {
		return map.size() == 2 && map.containsKey(TYPE) && map.containsKey(VALUE);
	}

	/**
	 * Converts a tagged value.
	 * @param map a tagged value
	 * @return the Java value
	 * @throws IllegalArgumentException if the type is unknown or the value invalid
	 */
	static Object decode(Map<?, ?> map) {
		return decode(map.get(TYPE), map.get(VALUE));
	}

	/**
	 * Converts a tagged value.
	 * @param type kombu's name of the type
	 * @param value the value in its JSON form
	 * @return an {@link OffsetDateTime} or {@link LocalDateTime}, {@link LocalDate}, time
	 * of day, {@link BigDecimal}, {@link UUID} or byte array
	 * @throws IllegalArgumentException if the type is unknown or the value invalid
	 */
	static Object decode(@Nullable Object type, @Nullable Object value) {
		try {
			return switch (String.valueOf(type)) {
				case "datetime" -> PythonTimes.parse(text(value));
				case "date" -> date(PythonTimes.parse(text(value)));
				case "time" -> PythonTimes.parseTime(text(value));
				case "decimal" -> new BigDecimal(text(value));
				case "uuid" -> uuid(value);
				case "bytes" -> text(value).getBytes(StandardCharsets.UTF_8);
				case "base64" -> Base64.getDecoder().decode(text(value));
				default -> throw new IllegalArgumentException("Unsupported " + TYPE + " '" + shown(type) + "'");
			};
		}
		catch (DateTimeException | NumberFormatException ex) {
			throw new IllegalArgumentException("Invalid " + type + " '" + shown(value) + "'", ex);
		}
	}

	/**
	 * Reads a UUID as Python's {@code uuid.UUID} does, with or without hyphens.
	 * @param text the text
	 * @return the UUID
	 * @throws IllegalArgumentException if it is not one
	 */
	static UUID uuid(String text) {
		String digits = text.replace("-", "");
		if (digits.length() != 32) {
			throw new IllegalArgumentException("Invalid uuid '" + shown(text) + "'");
		}
		return new UUID(HexFormat.fromHexDigitsToLong(digits, 0, 16), HexFormat.fromHexDigitsToLong(digits, 16, 32));
	}

	static LocalDate date(Temporal time) {
		return (time instanceof OffsetDateTime aware) ? aware.toLocalDate() : ((LocalDateTime) time).toLocalDate();
	}

	/**
	 * A value for an error message.
	 * @param value any value
	 * @return its text, cut off
	 */
	static String shown(@Nullable Object value) {
		String text = String.valueOf(value);
		return (text.length() > 100) ? text.substring(0, 100) + "..." : text;
	}

	private static UUID uuid(@Nullable Object value) {
		if (value instanceof Map<?, ?> map && map.size() == 1 && map.get("hex") instanceof String hex) {
			return uuid(hex);
		}
		throw new IllegalArgumentException("Invalid uuid '" + shown(value) + "'");
	}

	private static String text(@Nullable Object value) {
		if (value instanceof String text) {
			return text;
		}
		throw new IllegalArgumentException(VALUE + " is not a text but " + shown(value));
	}

}
