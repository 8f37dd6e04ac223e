package io.github.celeryspring.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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

	private static final String CHAIN = "chain";

	private static final byte[] NONE = { '[', ']' };

	private final byte[] content;

	private final JsonMapper mapper;

	private LongBody(byte[] content, JsonMapper mapper) {
		this.content = content;
		this.mapper = mapper;
	}

	/**
	 * Reads a body.
	 * @param content the body
	 * @param copied the chain, if it is known
	 * @param mapper for JSON
	 * @return the tree, with a {@code POJONode} in the place of the chain, or
	 * {@code null} if it is to be read in the ordinary way
	 */
	static @Nullable JsonNode read(byte[] content, @Nullable RawJsonList copied, JsonMapper mapper) {
		if (content.length < LONG) {
			return null;
		}
		try (JsonParser parser = mapper.createParser(content)) {
			LongBody body = new LongBody(content, mapper);
			return (copied != null) ? body.readAround(copied, parser) : body.read(parser);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/** The chain is where it was written; what is around it is short. */
	private @Nullable JsonNode readAround(RawJsonList chain, JsonParser parser) {
		parser.nextToken();
		for (int i = 0; i < 2; i++) {
			parser.nextToken();
			parser.skipChildren();
		}
		parser.nextToken();
		String name = parser.nextName();
		while (name != null && !name.equals(CHAIN)) {
			parser.nextToken();
			parser.skipChildren();
			name = parser.nextName();
		}
		if (parser.nextToken() != JsonToken.START_ARRAY) {
			return null;
		}
		int start = (int) parser.currentTokenLocation().getByteOffset();
		int end = chain.endOfCopy(this.content, start);
		if (end < 0) {
			return null;
		}
		byte[] rest = Arrays.copyOf(this.content, start + NONE.length + this.content.length - end);
		System.arraycopy(NONE, 0, rest, start, NONE.length);
		System.arraycopy(this.content, end, rest, start + NONE.length, this.content.length - end);
		JsonNode body = this.mapper.readTree(rest);
		((ObjectNode) body.get(2)).putPOJO(CHAIN, chain);
		return hasTypedValues(rest) ? null : body;
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
			if (name.equals(CHAIN) && token == JsonToken.START_ARRAY) {
				RawJsonList chain = RawJsonList.read(parser, this.content, this.mapper);
				if (chain == null || hasTypedValues(this.content)) {
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
	private static boolean hasTypedValues(byte[] json) {
		return new String(json, StandardCharsets.ISO_8859_1).contains("__type__");
	}

}
