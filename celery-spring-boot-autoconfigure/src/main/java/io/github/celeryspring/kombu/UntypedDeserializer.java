package io.github.celeryspring.kombu;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Reads what is declared as {@code Object} as kombu does: tagged objects become values,
 * and one of an unknown type is an error.
 */
final class UntypedDeserializer extends StdDeserializer<Object> {

	UntypedDeserializer() {
		super(Object.class);
	}

	@Override
	public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
		try {
			return PlainJson.read(parser, UntypedDeserializer::untag);
		}
		catch (IllegalArgumentException ex) {
			throw MismatchedInputException.from(parser, Object.class, ex.getMessage());
		}
	}

	@Override
	public Object deserializeWithType(JsonParser parser, DeserializationContext context, TypeDeserializer type) {
		return type.deserializeTypedFromAny(parser, context);
	}

	private static Object untag(Map<String, @Nullable Object> map) {
		return TaggedValues.isTagged(map) ? TaggedValues.decode(map) : map;
	}

}
