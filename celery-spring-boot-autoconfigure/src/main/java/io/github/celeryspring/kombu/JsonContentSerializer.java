package io.github.celeryspring.kombu;

import java.nio.charset.CharacterCodingException;

import io.github.celeryspring.CelerySerializationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The json serializer.
 */
final class JsonContentSerializer implements ContentSerializer {

	private final JsonMapper mapper;

	JsonContentSerializer(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public String name() {
		return "json";
	}

	@Override
	public String contentType() {
		return "application/json";
	}

	@Override
	public String contentEncoding() {
		return "utf-8";
	}

	@Override
	public byte[] serialize(@Nullable Object value) {
		try {
			return this.mapper.writeValueAsBytes(value);
		}
		catch (JacksonException ex) {
			throw new CelerySerializationException("Cannot write " + path(ex) + " as JSON: " + ex.getOriginalMessage(),
					ex);
		}
	}

	@Override
	public JsonNode deserialize(byte[] content) {
		JsonNode tree;
		try {
			tree = this.mapper.readTree(content);
		}
		catch (JacksonException ex) {
			tree = readText(content);
		}
		if (tree.isMissingNode()) {
			throw new CelerySerializationException("Cannot read JSON: there is no content", null);
		}
		return tree;
	}

	/**
	 * Jackson's parser of bytes refuses lone surrogates in names, which Python writes.
	 */
	private JsonNode readText(byte[] content) {
		try {
			return this.mapper.readTree(PlainJson.utf8(content));
		}
		catch (CharacterCodingException ex) {
			throw new CelerySerializationException("Cannot read JSON: the content is not UTF-8", ex);
		}
		catch (JacksonException ex) {
			throw new CelerySerializationException("Cannot read JSON: " + ex.getOriginalMessage(), ex);
		}
	}

	private static String path(JacksonException ex) {
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference reference : ex.getPath()) {
			String name = reference.getPropertyName();
			if (name == null) {
				path.append('[').append(reference.getIndex()).append(']');
			}
			else {
				path.append(path.isEmpty() ? "" : ".").append(name);
			}
		}
		return path.isEmpty() ? "the value" : path.toString();
	}

}
