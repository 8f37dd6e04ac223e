package io.github.celeryspring.kombu;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.github.celeryspring.CelerySerializationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the serializers that write trees have in common.
 */
final class ContentTrees {

	private ContentTrees() {
	}

	/**
	 * Makes the tree of a value.
	 * @param mapper writes kombu's {@code __type__} objects
	 * @param format for messages
	 * @param value any value
	 * @return the tree
	 */
	static JsonNode of(JsonMapper mapper, String format, @Nullable Object value) {
		try {
			return mapper.valueToTree(value);
		}
		catch (JacksonException ex) {
			throw new CelerySerializationException("Cannot write " + format + ": " + ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * The value of a tagged object.
	 * @param object an object of the tree
	 * @return the value, or {@code null} if it is a mapping
	 */
	static @Nullable Object typed(JsonNode object) {
		JsonNode type = object.get(TaggedValues.TYPE);
		JsonNode value = object.get(TaggedValues.VALUE);
		if (object.size() != 2 || type == null || value == null) {
			return null;
		}
		JsonNode hex = value.get("hex");
		return TaggedValues.decode(type.asString(), (hex != null) ? Map.of("hex", hex.asString()) : value.asString());
	}

	/** A float by its own shortest digits. */
	static double floating(JsonNode number) {
		return number.isFloat() ? Double.parseDouble(number.asString()) : number.doubleValue();
	}

	/** Half a character is refused, not replaced. */
	static byte[] utf8(String format, String text) {
		try {
			ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
			byte[] content = new byte[bytes.remaining()];
			bytes.get(content);
			return content;
		}
		catch (CharacterCodingException ex) {
			throw new CelerySerializationException("Cannot write " + format + ": a text contains half a character", ex);
		}
	}

}
