package io.github.celeryspring.kombu;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The types of Python that a pickle may contain by name, and what becomes of them. These
 * are all; there is no way to add one.
 */
final class PickleTypes {

	private static final int MAX_DIGITS = 10_000;

	private PickleTypes() {
	}

	/**
	 * Whether a name may be used.
	 * @param name module and name with a dot between them
	 * @return whether it is one of the known types
	 */
	static boolean isKnown(String name) {
		return switch (name) {
			case "builtins.set", "builtins.frozenset", "builtins.bytes", "builtins.bytearray", "_codecs.encode",
					"datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "datetime.timezone",
					"zoneinfo.ZoneInfo._unpickle", "decimal.Decimal", "uuid.UUID", "celery.canvas.signature" ->
				true;
			default -> false;
		};
	}

	/**
	 * Makes what Python would by calling the type.
	 * @param name one of the known types
	 * @param arguments the arguments
	 * @return the value
	 * @throws RuntimeException if the arguments are not those of a pickle
	 */
	static @Nullable Object call(String name, List<@Nullable Object> arguments) {
		return switch (name) {
			// Nothing tells a set from its elements in the tree.
			case "builtins.set", "builtins.frozenset" -> arguments.isEmpty() ? List.of() : (List<?>) arguments.get(0);
			case "builtins.bytes", "builtins.bytearray", "_codecs.encode" -> bytes(arguments);
			case "datetime.datetime" -> dateTime((byte[]) arguments.get(0), zone(arguments));
			case "datetime.date" -> date(ByteBuffer.wrap((byte[]) arguments.get(0)), 0);
			case "datetime.time" -> time((byte[]) arguments.get(0), zone(arguments));
			case "datetime.timedelta" -> Duration.ofDays(integer(arguments, 0))
				.plusSeconds(integer(arguments, 1))
				.plusNanos(Math.multiplyExact(integer(arguments, 2), 1000L));
			case "datetime.timezone" ->
				ZoneOffset.ofTotalSeconds(Math.toIntExact(((Duration) arguments.get(0)).getSeconds()));
			case "zoneinfo.ZoneInfo._unpickle" -> ZoneId.of((String) arguments.get(0));
			case "decimal.Decimal" -> decimal((String) arguments.get(0));
			case "celery.canvas.signature" -> (Unpickler.Mapping) arguments.get(0);
			default -> throw new IllegalArgumentException(name);
		};
	}

	/** Older protocols have bytes as text in Latin-1. */
	private static byte[] bytes(List<@Nullable Object> arguments) {
		if (arguments.isEmpty()) {
			return new byte[0];
		}
		return (arguments.get(0) instanceof String text) ? text.getBytes(StandardCharsets.ISO_8859_1)
				: (byte[]) arguments.get(0);
	}

	private static @Nullable ZoneId zone(List<@Nullable Object> arguments) {
		return (arguments.size() > 1) ? (ZoneId) arguments.get(1) : null;
	}

	/** The highest bit of the month says which of two equal times it is. */
	private static Object dateTime(byte[] content, @Nullable ZoneId zone) {
		ByteBuffer in = ByteBuffer.wrap(content);
		boolean later = content[2] < 0;
		LocalDateTime local = date(in, later ? 0x80 : 0).atTime(time(in));
		if (zone == null) {
			return local;
		}
		ZonedDateTime zoned = local.atZone(zone);
		return (later ? zoned.withLaterOffsetAtOverlap() : zoned).toOffsetDateTime();
	}

	private static LocalDate date(ByteBuffer in, int fold) {
		return LocalDate.of(in.getShort(), (in.get() & 0xff) - fold, in.get());
	}

	private static Object time(byte[] content, @Nullable ZoneId zone) {
		content = content.clone();
		content[0] &= 0x7f;
		LocalTime local = time(ByteBuffer.wrap(content));
		return (zone instanceof ZoneOffset offset) ? local.atOffset(offset) : local;
	}

	private static LocalTime time(ByteBuffer in) {
		int hour = in.get();
		int minute = in.get();
		int second = in.get();
		int micros = (in.get() & 0xff) << 16 | in.getShort() & 0xffff;
		return LocalTime.of(hour, minute, second, Math.multiplyExact(micros, 1000));
	}

	private static long integer(List<@Nullable Object> arguments, int index) {
		Object number = arguments.get(index);
		if (number instanceof Integer || number instanceof Long) {
			return ((Number) number).longValue();
		}
		throw new IllegalArgumentException("No integer");
	}

	private static BigDecimal decimal(String text) {
		if (text.length() > MAX_DIGITS) {
			throw new IllegalArgumentException("Too many digits");
		}
		return new BigDecimal(text);
	}

	/**
	 * Makes a UUID.
	 * @param state what {@code __setstate__} gets
	 * @return the UUID
	 * @throws RuntimeException if it is none
	 */
	static UUID uuid(Unpickler.Mapping state) {
		Object number = state.get("int");
		if (!(number instanceof Integer || number instanceof Long || number instanceof BigInteger)) {
			throw new IllegalArgumentException("No integer");
		}
		BigInteger value = new BigInteger(number.toString());
		if (value.signum() < 0 || value.bitLength() > 128) {
			throw new IllegalArgumentException("No UUID");
		}
		return new UUID(value.shiftRight(64).longValue(), value.longValue());
	}

}
