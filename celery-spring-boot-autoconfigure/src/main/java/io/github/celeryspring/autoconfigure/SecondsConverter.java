package io.github.celeryspring.autoconfigure;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.converter.ConditionalGenericConverter;
import org.springframework.util.StringUtils;

/**
 * Converts what is written for a {@link Seconds} property: {@code 3600}, {@code 0.2},
 * {@code 200ms} or {@code PT1H}.
 */
final class SecondsConverter implements ConditionalGenericConverter {

	private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?");

	@Override
	public boolean matches(TypeDescriptor sourceType, TypeDescriptor targetType) {
		return targetType.hasAnnotation(Seconds.class);
	}

	@Override
	public Set<ConvertiblePair> getConvertibleTypes() {
		return Set.of(new ConvertiblePair(String.class, Duration.class),
				new ConvertiblePair(Number.class, Duration.class));
	}

	@Override
	public @Nullable Object convert(@Nullable Object source, TypeDescriptor sourceType, TypeDescriptor targetType) {
		String text = (source != null) ? source.toString().strip() : null;
		if (!StringUtils.hasLength(text)) {
			return null;
		}
		if (NUMBER.matcher(text).matches()) {
			return Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValue());
		}
		return DurationStyle.detectAndParse(text, ChronoUnit.SECONDS);
	}

}
