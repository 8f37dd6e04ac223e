package io.github.celeryspring.task;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.StringUtils;

/**
 * Reads the text attributes of the annotation of one method.
 */
final class AnnotationText {

	private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");

	private final Method method;

	private final Function<String, @Nullable String> placeholders;

	AnnotationText(Method method, Function<String, @Nullable String> placeholders) {
		this.method = method;
		this.placeholders = placeholders;
	}

	@Nullable Boolean flag(String attribute, String value) {
		String text = text(attribute, value);
		if (text == null) {
			return null;
		}
		return switch (text.toLowerCase(Locale.ROOT)) {
			case "true" -> Boolean.TRUE;
			case "false" -> Boolean.FALSE;
			default -> throw wrong(attribute, text, "Write 'true' or 'false', or leave it out.", null);
		};
	}

	/** A plain number is seconds and may have a fraction. */
	@Nullable Duration duration(String attribute, String value) {
		String text = text(attribute, value);
		if (text == null) {
			return null;
		}
		try {
			Duration duration = NUMBER.matcher(text).matches()
					? Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValueExact())
					: DurationFormatterUtils.detectAndParse(text, DurationFormat.Unit.SECONDS);
			if (!duration.isNegative()) {
				return duration;
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw wrong(attribute, text, "Write a time such as '30s', '5m' or '1h'.", ex);
		}
		throw wrong(attribute, text, "A time must not be negative.", null);
	}

	@Nullable RateLimit rate(String attribute, String value) {
		String text = text(attribute, value);
		try {
			return (text != null) ? RateLimit.of(text) : null;
		}
		catch (IllegalArgumentException ex) {
			throw wrong(attribute, String.valueOf(text), "Write a rate such as '10/s', '10/m' or '10/h'.", ex);
		}
	}

	@Nullable String text(String attribute, String value) {
		String resolved = resolve(attribute, value);
		return StringUtils.hasText(resolved) ? resolved.trim() : null;
	}

	private @Nullable String resolve(String attribute, String value) {
		if (!value.contains("${")) {
			return value;
		}
		String problem = "has the unknown placeholder '" + value + "' in its attribute '" + attribute + "'";
		String remedy = "Set the property, or give it a default as in ${name:default}.";
		String resolved;
		try {
			resolved = this.placeholders.apply(value);
		}
		catch (IllegalArgumentException ex) {
			throw new TaskMethodException(this.method, problem, remedy, ex);
		}
		// A plain context leaves what it does not know as it is.
		if (resolved != null && resolved.contains("${")) {
			throw new TaskMethodException(this.method, problem, remedy);
		}
		return resolved;
	}

	private TaskMethodException wrong(String attribute, String text, String remedy, @Nullable Exception cause) {
		return new TaskMethodException(this.method, "has the value '" + text + "' in its attribute '" + attribute + "'",
				remedy, cause);
	}

}
