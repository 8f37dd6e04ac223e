package io.github.celeryspring.autoconfigure;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.converter.GenericConverter;

/**
 * Converts the short form of {@link UseSsl}: {@code true} or {@code false}.
 */
final class UseSslConverter implements GenericConverter {

	@Override
	public Set<ConvertiblePair> getConvertibleTypes() {
		return Set.of(new ConvertiblePair(String.class, UseSsl.class),
				new ConvertiblePair(Boolean.class, UseSsl.class));
	}

	@Override
	public @Nullable Object convert(@Nullable Object source, TypeDescriptor sourceType, TypeDescriptor targetType) {
		String text = (source != null) ? source.toString().strip().toLowerCase(Locale.ROOT) : "";
		return switch (text) {
			case "" -> null;
			case "true" -> UseSsl.of(true);
			case "false" -> UseSsl.of(false);
			default -> throw new IllegalArgumentException("It is neither true nor false nor a map of ssl_* options");
		};
	}

}
