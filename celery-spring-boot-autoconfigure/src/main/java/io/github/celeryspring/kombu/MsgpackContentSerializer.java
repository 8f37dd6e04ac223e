package io.github.celeryspring.kombu;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The msgpack serializer. Bytes are of the bin type, and what has an offset from UTC is a
 * timestamp; other dates, times, UUIDs and decimals are texts, as msgpack has no type for
 * them.
 */
final class MsgpackContentSerializer implements ContentSerializer {

	private final JsonMapper mapper;

	/**
	 * Creates the serializer.
	 * @param mapper writes kombu's {@code __type__} objects
	 */
	MsgpackContentSerializer(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public String name() {
		return "msgpack";
	}

	@Override
	public String contentType() {
		return "application/x-msgpack";
	}

	@Override
	public String contentEncoding() {
		return "binary";
	}

	@Override
	public byte[] serialize(@Nullable Object value) {
		return MsgpackWriter.write(ContentTrees.of(this.mapper, name(), value));
	}

	@Override
	public JsonNode deserialize(byte[] content) {
		return MsgpackReader.read(content);
	}

}
