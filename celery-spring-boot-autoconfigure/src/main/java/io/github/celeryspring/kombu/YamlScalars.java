package io.github.celeryspring.kombu;

import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The values of YAML 1.1's scalars, as {@code yaml.constructor.SafeConstructor} makes
 * them.
 */
final class YamlScalars {

	/** More takes too long; Python itself refuses more than 4300. */
	private static final int MAX_DIGITS = 10_000;

	private YamlScalars() {
	}

	/**
	 * Makes a value.
	 * @param tag the type
	 * @param text the text
	 * @return the value
	 * @throws UnsupportedOperationException if the type is none of YAML's
	 * @throws RuntimeException if the text is none of that type
	 */
	static @Nullable Object value(Tag tag, String text) {
		if (tag.equals(Tag.NULL)) {
			return null;
		}
		if (tag.equals(Tag.BOOL)) {
			return bool(text.toLowerCase(Locale.ROOT));
		}
		if (tag.equals(Tag.INT)) {
			return integer(text.replace("_", ""));
		}
		if (tag.equals(Tag.FLOAT)) {
			return floating(text.replace("_", "").toLowerCase(Locale.ROOT));
		}
		if (tag.equals(Tag.BINARY)) {
			return Base64.getMimeDecoder().decode(text);
		}
		if (tag.equals(Tag.TIMESTAMP)) {
			return timestamp(text);
		}
		throw new UnsupportedOperationException();
	}

	private static boolean bool(String text) {
		return switch (text) {
			case "yes", "true", "on" -> true;
			case "no", "false", "off" -> false;
			default -> throw new IllegalArgumentException();
		};
	}

	private static BigInteger integer(String text) {
		if (text.length() > MAX_DIGITS) {
			throw new IllegalArgumentException();
		}
		String digits = unsigned(text);
		BigInteger value;
		if (digits.startsWith("0b")) {
			value = new BigInteger(digits.substring(2), 2);
		}
		else if (digits.startsWith("0x")) {
			value = new BigInteger(digits.substring(2), 16);
		}
		else if (digits.indexOf(':') >= 0) {
			value = BigInteger.ZERO;
			for (String part : digits.split(":")) {
				value = value.multiply(BigInteger.valueOf(60)).add(new BigInteger(part));
			}
		}
		else {
			value = new BigInteger(digits, digits.startsWith("0") ? 8 : 10);
		}
		return text.startsWith("-") ? value.negate() : value;
	}

	private static double floating(String text) {
		String digits = unsigned(text);
		double value;
		if (digits.equals(".inf")) {
			value = Double.POSITIVE_INFINITY;
		}
		else if (digits.equals(".nan")) {
			value = Double.NaN;
		}
		else {
			value = 0;
			for (String part : digits.split(":")) {
				value = value * 60 + Double.parseDouble(part);
			}
		}
		return text.startsWith("-") ? -value : value;
	}

	private static String unsigned(String text) {
		return (text.startsWith("-") || text.startsWith("+")) ? text.substring(1) : text;
	}

	private static Object timestamp(String text) {
		Matcher matcher = YamlTypes.TIMESTAMP.matcher(text);
		if (!matcher.matches()) {
			throw new IllegalArgumentException();
		}
		LocalDate date = LocalDate.of(number(matcher, 1), number(matcher, 2), number(matcher, 3));
		if (matcher.group(4) == null) {
			return date;
		}
		String fraction = matcher.group(7);
		int micros = (fraction != null) ? Integer.parseInt((fraction + "000000").substring(0, 6)) : 0;
		LocalDateTime time = date.atTime(number(matcher, 4), number(matcher, 5), number(matcher, 6), micros * 1000);
		if (matcher.group(8) == null) {
			return time;
		}
		int sign = "-".equals(matcher.group(9)) ? -1 : 1;
		return time.atOffset(ZoneOffset.ofHoursMinutes(sign * number(matcher, 10), sign * number(matcher, 11)));
	}

	private static int number(Matcher matcher, int group) {
		String digits = matcher.group(group);
		return (digits != null) ? Integer.parseInt(digits) : 0;
	}

}
