package io.github.celeryspring.kombu;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * A list of JSON objects of which few are looked at: an element is read when it is asked
 * for, and JSON is made of the list by copying what was received. So the rest of a long
 * chain costs little in each of its steps. Unmodifiable, thread-safe.
 *
 * @since 0.1.0
 */
public final class RawJsonList extends AbstractList<JsonNode> implements RandomAccess {

	private final byte[] document;

	/**
	 * Where each element begins and ends: its first byte, and the one behind its last.
	 */
	private final int[] bounds;

	private final int size;

	private final JsonMapper mapper;

	private RawJsonList(byte[] document, int[] bounds, int size, JsonMapper mapper) {
		this.document = document;
		this.bounds = bounds;
		this.size = size;
		this.mapper = mapper;
	}

	/**
	 * Skips an array, and notes where its elements are.
	 * @param parser of the document, at the beginning of the array; then at its end
	 * @param document the document, which must not change any more
	 * @param mapper reads the elements
	 * @return the list, or {@code null} if the elements are not all objects
	 */
	public static @Nullable RawJsonList read(JsonParser parser, byte[] document, JsonMapper mapper) {
		int[] bounds = new int[64];
		int used = 0;
		while (parser.nextToken() == JsonToken.START_OBJECT) {
			if (used == bounds.length) {
				bounds = Arrays.copyOf(bounds, 2 * used);
			}
			bounds[used++] = (int) parser.currentTokenLocation().getByteOffset();
			parser.skipChildren();
			bounds[used++] = (int) parser.currentLocation().getByteOffset();
		}
		return (parser.currentToken() == JsonToken.END_ARRAY) ? new RawJsonList(document, bounds, used / 2, mapper)
				: null;
	}

	/**
	 * Looks for a copy of this list.
	 * @param other a document
	 * @param start where an array begins in it
	 * @return the byte behind that array, or -1 if it is none that JSON was made of this
	 * list for
	 */
	public int endOfCopy(byte[] other, int start) {
		int from = (this.size > 0) ? this.bounds[0] : 0;
		int to = (this.size > 0) ? this.bounds[2 * this.size - 1] : 0;
		int end = start + 1 + to - from;
		boolean copy = end < other.length && other[start] == '[' && other[end] == ']'
				&& Arrays.equals(this.document, from, to, other, start + 1, end);
		return copy ? end + 1 : -1;
	}

	@Override
	public int size() {
		return this.size;
	}

	@Override
	public JsonNode get(int index) {
		Objects.checkIndex(index, this.size);
		int start = this.bounds[2 * index];
		return this.mapper.readTree(this.document, start, this.bounds[2 * index + 1] - start);
	}

	@Override
	public RawJsonList subList(int from, int to) {
		Objects.checkFromToIndex(from, to, this.size);
		int[] part = (from == 0) ? this.bounds : Arrays.copyOfRange(this.bounds, 2 * from, 2 * to);
		return new RawJsonList(this.document, part, to - from, this.mapper);
	}

	/**
	 * Copies what was received.
	 */
	static final class Serializer extends StdSerializer<RawJsonList> {

		Serializer() {
			super(RawJsonList.class);
		}

		@Override
		public void serialize(RawJsonList list, JsonGenerator generator, SerializationContext context) {
			generator.writeStartArray();
			if (generator instanceof PythonJsonGenerator python && !list.isEmpty()) {
				int start = list.bounds[0];
				python.writeRawValues(list.document, start, list.bounds[2 * list.size - 1] - start);
			}
			else {
				list.forEach((element) -> context.writeValue(generator, element));
			}
			generator.writeEndArray();
		}

		@Override
		public void serializeWithType(RawJsonList list, JsonGenerator generator, SerializationContext context,
				TypeSerializer types) {
			serialize(list, generator, context);
		}

	}

}
