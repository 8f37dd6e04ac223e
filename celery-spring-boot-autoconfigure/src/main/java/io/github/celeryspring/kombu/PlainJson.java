package io.github.celeryspring.kombu;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.github.celeryspring.InvalidMessageException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads and writes JSON as plain Java: strings, {@code Integer}, {@code Long},
 * {@code BigInteger}, {@code Double}, booleans, lists, maps in their order (the last of
 * equal keys wins) and {@code null}.
 */
final class PlainJson {

	private PlainJson() {
	}

	/**
	 * Reads the value at the parser's current token.
	 * @param parser the parser; left at the last token of the value
	 * @return the value
	 */
	static @Nullable Object read(JsonParser parser) {
		return read(parser, (map) -> map);
	}

	/**
	 * Reads the value at the parser's current token.
	 * @param parser the parser; left at the last token of the value
	 * @param objects turns each object, innermost first, into what stands for it
	 * @return the value
	 */
	static @Nullable Object read(JsonParser parser, Function<Map<String, @Nullable Object>, Object> objects) {
		JsonToken token = parser.currentToken();
		return switch (token) {
			case START_OBJECT, PROPERTY_NAME, END_OBJECT -> objects.apply(readObject(parser, objects));
			case START_ARRAY -> readArray(parser, objects);
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
			case VALUE_TRUE -> Boolean.TRUE;
			case VALUE_FALSE -> Boolean.FALSE;
			case VALUE_EMBEDDED_OBJECT -> parser.getEmbeddedObject();
			default -> null;
		};
	}

	/**
	 * Reads an object.
	 * @param parser the parser, at the start of the object
	 * @return the map
	 */
	static Map<String, @Nullable Object> readObject(JsonParser parser) {
		return readObject(parser, (map) -> map);
	}

	private static Map<String, @Nullable Object> readObject(JsonParser parser,
			Function<Map<String, @Nullable Object>, Object> objects) {
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		String name = (parser.currentToken() == JsonToken.START_OBJECT) ? parser.nextName() : parser.currentName();
		for (; name != null; name = parser.nextName()) {
			parser.nextToken();
			map.put(name, read(parser, objects));
		}
		return map;
	}

	private static List<@Nullable Object> readArray(JsonParser parser,
			Function<Map<String, @Nullable Object>, Object> objects) {
		List<@Nullable Object> list = new ArrayList<>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			list.add(read(parser, objects));
		}
		return list;
	}

	/**
	 * Decodes a document strictly, as kombu does, instead of replacing what is malformed.
	 * @param document the bytes
	 * @return the text
	 * @throws CharacterCodingException if it is not UTF-8
	 */
	static String utf8(byte[] document) throws CharacterCodingException {
		return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
	}

	/**
	 * Writes plain Java.
	 * @param generator the generator
	 * @param name what is written, for the error
	 * @param value text, number, boolean, list, map or {@code null}
	 * @throws InvalidMessageException if it is anything else, or a typed value that kombu
	 * cannot decode
	 */
	static void write(JsonGenerator generator, String name, @Nullable Object value) {
		if (value instanceof String text) {
			generator.writeString(text);
		}
		else if (value instanceof Map<?, ?> map) {
			writeMap(generator, name, map);
		}
		else if (value instanceof Collection<?> list) {
			generator.writeStartArray();
			for (Object element : list) {
				write(generator, name, element);
			}
			generator.writeEndArray();
		}
		else {
			writeScalar(generator, name, value);
		}
	}

	private static void writeMap(JsonGenerator generator, String name, Map<?, ?> map) {
		if (TaggedValues.isTagged(map)) {
			checkTagged(name, map);
		}
		generator.writeStartObject();
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			if (!(entry.getKey() instanceof String key)) {
				throw new InvalidMessageException("A message is refused because a key in '" + name + "' is not a text");
			}
			generator.writeName(key);
			write(generator, key, entry.getValue());
		}
		generator.writeEndObject();
	}

	private static void checkTagged(String name, Map<?, ?> map) {
		try {
			TaggedValues.decode(map);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidMessageException("A message is refused because a Python worker dies of '" + name
					+ "', a typed value: " + ex.getMessage(), ex);
		}
	}

	private static void writeScalar(JsonGenerator generator, String name, @Nullable Object value) {
		if (value == null) {
			generator.writeNull();
		}
		else if (value instanceof Boolean bool) {
			generator.writeBoolean(bool);
		}
		else if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
			generator.writeNumber(((Number) value).longValue());
		}
		else if (value instanceof Double number) {
			generator.writeNumber(number);
		}
		else if (value instanceof Float number) {
			generator.writeNumber(number);
		}
		else if (value instanceof BigInteger number) {
			generator.writeNumber(number);
		}
		else {
			throw new InvalidMessageException("A message is refused because '" + name + "' is a "
					+ value.getClass().getName() + ", not plain JSON (text, number, boolean, list, map)");
		}
	}

}
