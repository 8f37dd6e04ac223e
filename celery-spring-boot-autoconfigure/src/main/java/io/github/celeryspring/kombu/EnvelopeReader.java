package io.github.celeryspring.kombu;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import io.github.celeryspring.InvalidMessageException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.Base64Variants;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * Reads one envelope. Not thread-safe, for one use.
 * <p>
 * {@code body_encoding} comes after the body. So the body is first taken for base64,
 * which it nearly always is and which needs no copy as text; if that was wrong, the
 * envelope is read a second time.
 */
final class EnvelopeReader {

	private static final Base64Variant BASE64 = Base64Variants.MIME_NO_LINEFEEDS.withPaddingAllowed();

	private final byte[] envelope;

	private final boolean base64;

	private byte @Nullable [] body;

	private Map<String, @Nullable Object> headers = new HashMap<>();

	private @Nullable Map<String, @Nullable Object> properties;

	private @Nullable String contentType;

	private @Nullable String contentEncoding;

	private EnvelopeReader(byte[] envelope, boolean base64) {
		this.envelope = envelope;
		this.base64 = base64;
	}

	static KombuMessage read(byte[] envelope) {
		EnvelopeReader reader = new EnvelopeReader(envelope, true);
		try {
			reader.parse();
			if (reader.isBase64()) {
				return reader.message();
			}
		}
		catch (JacksonException ex) {
			// not JSON, or the body is not base64: the second reading finds out
		}
		return readText(envelope);
	}

	private static KombuMessage readText(byte[] envelope) {
		EnvelopeReader reader = new EnvelopeReader(envelope, false);
		try {
			reader.parse();
		}
		catch (JacksonException ex) {
			throw new InvalidMessageException("The envelope is not JSON: " + ex.getOriginalMessage(), ex);
		}
		if (reader.isBase64()) {
			throw new InvalidMessageException("The body of the envelope is not base64, but body_encoding says so");
		}
		return reader.message();
	}

	private void parse() {
		try (JsonParser parser = PythonJsonFactory.INSTANCE.createParser(ObjectReadContext.empty(), this.envelope)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw new InvalidMessageException("The envelope is not a JSON object");
			}
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				parser.nextToken();
				readEntry(parser, name);
			}
			if (parser.nextToken() != null) {
				throw new InvalidMessageException("There is more after the JSON object of the envelope");
			}
		}
	}

	private void readEntry(JsonParser parser, String name) {
		switch (name) {
			case "body" -> this.body = readBody(parser);
			case "content-type" -> this.contentType = parser.getValueAsString();
			case "content-encoding" -> this.contentEncoding = parser.getValueAsString();
			case "headers" -> this.headers = readMap(parser, name);
			case "properties" -> this.properties = readMap(parser, name);
			default -> parser.skipChildren();
		}
	}

	private byte[] readBody(JsonParser parser) {
		if (parser.currentToken() != JsonToken.VALUE_STRING) {
			throw new InvalidMessageException("The body of the envelope is not a text");
		}
		return this.base64 ? parser.getBinaryValue(BASE64) : parser.getString().getBytes(StandardCharsets.UTF_8);
	}

	private static Map<String, @Nullable Object> readMap(JsonParser parser, String name) {
		return switch (parser.currentToken()) {
			case START_OBJECT -> PlainJson.readObject(parser);
			case VALUE_NULL -> new HashMap<>();
			default -> throw new InvalidMessageException("'" + name + "' of the envelope is not an object");
		};
	}

	private boolean isBase64() {
		Object encoding = (this.properties != null) ? this.properties.get("body_encoding") : null;
		if (encoding == null
				|| (encoding instanceof String text && (text.isEmpty() || "utf-8".equalsIgnoreCase(text)))) {
			return false;
		}
		if (!"base64".equals(encoding)) {
			throw new InvalidMessageException("Unknown body_encoding '" + TaggedValues.shown(encoding) + "'");
		}
		return true;
	}

	private KombuMessage message() {
		if (this.properties == null) {
			throw new InvalidMessageException("The envelope has no properties");
		}
		if (this.body == null) {
			throw new InvalidMessageException("The envelope has no body");
		}
		// kombu's defaults
		String type = (this.contentType != null) ? this.contentType : "application/data";
		String encoding = (this.contentEncoding != null) ? this.contentEncoding : "utf-8";
		return new KombuMessage(this.body, type, encoding, this.headers, properties(this.properties));
	}

	private static MessageProperties properties(Map<String, @Nullable Object> map) {
		String correlationId = text(map.remove("correlation_id"));
		String replyTo = text(map.remove("reply_to"));
		int mode = number(map.remove("delivery_mode"), MessageProperties.PERSISTENT);
		DeliveryInfo info = deliveryInfo(map.remove("delivery_info"));
		int priority = number(map.remove("priority"), 0);
		String tag = text(map.remove("delivery_tag"));
		String expiration = text(map.remove("expiration"));
		map.remove("body_encoding");
		return new MessageProperties(correlationId, replyTo, mode, info, priority, (tag != null) ? tag : "", expiration,
				map);
	}

	private static DeliveryInfo deliveryInfo(@Nullable Object value) {
		if (!(value instanceof Map<?, ?> info)) {
			return DeliveryInfo.toQueue("");
		}
		String exchange = text(info.get("exchange"));
		String routingKey = text(info.get("routing_key"));
		return new DeliveryInfo((exchange != null) ? exchange : "", (routingKey != null) ? routingKey : "",
				Boolean.TRUE.equals(info.get("redelivered")));
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value instanceof String || value instanceof Number || value instanceof Boolean) ? value.toString()
				: null;
	}

	private static int number(@Nullable Object value, int otherwise) {
		if (value instanceof Number number) {
			return number.intValue();
		}
		try {
			return (value instanceof String text) ? Integer.parseInt(text.trim()) : otherwise;
		}
		catch (NumberFormatException ex) {
			return otherwise;
		}
	}

}
