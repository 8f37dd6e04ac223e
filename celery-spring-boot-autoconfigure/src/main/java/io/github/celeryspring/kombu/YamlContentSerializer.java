package io.github.celeryspring.kombu;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The yaml serializer, of SnakeYAML. What Python cannot write with {@code safe_dump}
 * either (times of day, UUIDs, decimals) is text.
 */
final class YamlContentSerializer implements ContentSerializer {

	private final JsonMapper mapper;

	/**
	 * Creates the serializer.
	 * @param mapper writes kombu's {@code __type__} objects
	 */
	YamlContentSerializer(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public String name() {
		return "yaml";
	}

	@Override
	public String contentType() {
		return "application/x-yaml";
	}

	@Override
	public String contentEncoding() {
		return "utf-8";
	}

	@Override
	public byte[] serialize(@Nullable Object value) {
		return YamlWriter.write(ContentTrees.of(this.mapper, name(), value));
	}

	@Override
	public JsonNode deserialize(byte[] content) {
		return YamlReader.read(content);
	}

}
