package io.github.celeryspring.protocol;

import java.nio.charset.StandardCharsets;

import io.github.celeryspring.kombu.RawJsonList;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads long JSON bodies {@code [args, kwargs, embed]}: the rest of a chain, which may be
 * nearly all of it, becomes a {@link RawJsonList} instead of a tree.
 */
final class LongBody {

	/** In shorter ones a chain is too short to matter. */
	private static final int LONG = 4096;

	private final byte[] content;

	private final JsonMapper mapper;

	private LongBody(byte[] content, JsonMapper mapper) {
		this.content = content;
		this.mapper = mapper;
	}

	/**
	 * Reads a body.
	 * @param content the body
	 * @param mapper for JSON
	 * @return the tree, with a {@code POJONode} in the place of the chain, or
	 * {@code null} if it is to be read in the ordinary way
	 */
	static @Nullable JsonNode read(byte[] content, JsonMapper mapper) {
		if (content.length < LONG) {
			return null;
		}
		try (JsonParser parser = mapper.createParser(content)) {
			return new LongBody(content, mapper).read(parser);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private @Nullable JsonNode read(JsonParser parser) {
		ArrayNode body = this.mapper.createArrayNode();
		if (parser.nextToken() != JsonToken.START_ARRAY) {
			return null;
		}
		for (int i = 0; i < 2; i++) {
			parser.nextToken();
			body.add((JsonNode) parser.readValueAsTree());
		}
		ObjectNode embed = (parser.nextToken() == JsonToken.START_OBJECT) ? readEmbed(parser) : null;
		return (embed != null && parser.nextToken() == JsonToken.END_ARRAY && parser.nextToken() == null)
				? body.add(embed) : null;
	}

	private @Nullable ObjectNode readEmbed(JsonParser parser) {
		ObjectNode embed = this.mapper.createObjectNode();
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			JsonToken token = parser.nextToken();
			if (name.equals("chain") && token == JsonToken.START_ARRAY) {
				RawJsonList chain = RawJsonList.read(parser, this.content, this.mapper);
				if (chain == null || hasTypedValues()) {
					return null;
				}
				embed.putPOJO(name, chain);
			}
			else {
				embed.set(name, (JsonNode) parser.readValueAsTree());
			}
		}
		return embed;
	}

	/** They are checked when they are written, lest they kill a Python worker. */
	private boolean hasTypedValues() {
		return new String(this.content, StandardCharsets.ISO_8859_1).contains("__type__");
	}

}
