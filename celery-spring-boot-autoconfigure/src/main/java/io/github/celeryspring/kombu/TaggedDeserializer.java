package io.github.celeryspring.kombu;

import java.time.DateTimeException;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Reads one Java type from kombu's tagged object or from a plain scalar.
 *
 * @param <T> the Java type
 */
final class TaggedDeserializer<T> extends StdDeserializer<T> {

	private final Class<T> type;

	private final Function<Object, T> converter;

	TaggedDeserializer(Class<T> type, Function<Object, T> converter) {
		super(type);
		this.type = type;
		this.converter = converter;
	}

	@Override
	public @Nullable T deserialize(JsonParser parser, DeserializationContext context) {
		Object value = PlainJson.read(parser);
		try {
			if (value instanceof Map<?, ?> map && TaggedValues.isTagged(map)) {
				value = TaggedValues.decode(map);
			}
			return (value != null) ? this.converter.apply(value) : null;
		}
		catch (IllegalArgumentException | ArithmeticException | DateTimeException ex) {
			throw MismatchedInputException.from(parser, this.type, ex.getMessage());
		}
	}

	@Override
	public @Nullable Object deserializeWithType(JsonParser parser, DeserializationContext context,
			TypeDeserializer type) {
		return deserialize(parser, context);
	}

}
