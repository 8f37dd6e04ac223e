package io.github.celeryspring.kombu;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
 * which it nearly always is, and decoded without a copy as text. If that was wrong, or
 * Jackson's parser of bytes fails (it refuses lone surrogates in names, which Python
 * writes), the envelope is read a second time, as text.
 */
final class EnvelopeReader {

	private static final Base64Variant BASE64 = Base64Variants.MIME_NO_LINEFEEDS.withPaddingAllowed();

	private static final int LONG = 1024;

	/** The envelope, unless it is read as text. */
	private final byte @Nullable [] bytes;

	private byte @Nullable [] body;

	private @Nullable String bodyText;

	private Map<String, @Nullable Object> headers = new HashMap<>();

	private @Nullable Map<String, @Nullable Object> properties;

	private @Nullable String contentType;

	private @Nullable String contentEncoding;

	private EnvelopeReader(byte @Nullable [] bytes) {
		this.bytes = bytes;
	}

	static KombuMessage read(byte[] envelope) {
		EnvelopeReader reader = new EnvelopeReader(envelope);
		try (JsonParser parser = PythonJsonFactory.INSTANCE.createParser(ObjectReadContext.empty(), envelope)) {
			reader.parse(parser);
			if (reader.isBase64()) {
				return reader.message();
			}
		}
		catch (JacksonException ex) {
			// the second reading finds out what is wrong
		}
		return readText(envelope);
	}

	private static KombuMessage readText(byte[] envelope) {
		EnvelopeReader reader = new EnvelopeReader(null);
		try (JsonParser parser = PythonJsonFactory.INSTANCE.createParser(ObjectReadContext.empty(),
				PlainJson.utf8(envelope))) {
			reader.parse(parser);
		}
		catch (CharacterCodingException ex) {
			throw new InvalidMessageException("The envelope is not UTF-8", ex);
		}
		catch (JacksonException ex) {
			throw new InvalidMessageException("The envelope is not JSON: " + ex.getOriginalMessage(), ex);
		}
		reader.decodeBody();
		return reader.message();
	}

	private void parse(JsonParser parser) {
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

	private void readEntry(JsonParser parser, String name) {
		switch (name) {
			case "body" -> readBody(parser);
			case "content-type" -> this.contentType = parser.getValueAsString();
			case "content-encoding" -> this.contentEncoding = parser.getValueAsString();
			case "headers" -> this.headers = readMap(parser, name);
			case "properties" -> this.properties = readMap(parser, name);
			default -> parser.skipChildren();
		}
	}

	private void readBody(JsonParser parser) {
		if (parser.currentToken() != JsonToken.VALUE_STRING) {
			throw new InvalidMessageException("The body of the envelope is not a text");
		}
		if (this.bytes != null) {
			byte[] plain = plainBase64(this.bytes, (int) parser.currentTokenLocation().getByteOffset());
			this.body = (plain != null) ? plain : parser.getBinaryValue(BASE64);
		}
		else {
			this.bodyText = parser.getString();
		}
	}

	/**
	 * Reads base64 that is long enough to make Jackson's way of reading it, one character
	 * at a time, expensive.
	 */
	private static byte @Nullable [] plainBase64(byte[] bytes, int quote) {
		int end = quote + 1;
		while (end < bytes.length && bytes[end] != '"') {
			end++;
		}
		if (end - quote < LONG || end == bytes.length || bytes[quote] != '"') {
			return null;
		}
		try {
			ByteBuffer decoded = Base64.getDecoder().decode(ByteBuffer.wrap(bytes, quote + 1, end - quote - 1));
			return (decoded.remaining() == decoded.array().length) ? decoded.array() : null;
		}
		catch (IllegalArgumentException ex) {
			return null; // escapes or line feeds
		}
	}

	private void decodeBody() {
		if (this.bodyText == null) {
			return;
		}
		try {
			this.body = isBase64() ? BASE64.decode(this.bodyText) : this.bodyText.getBytes(StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidMessageException(
					"The body of the envelope is not base64, but body_encoding says so: " + ex.getMessage(), ex);
		}
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
		if (encoding == null || "".equals(encoding) || "utf-8".equalsIgnoreCase(encoding.toString())) {
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
