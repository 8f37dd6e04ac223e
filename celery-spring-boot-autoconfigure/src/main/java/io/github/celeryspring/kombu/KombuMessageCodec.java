package io.github.celeryspring.kombu;

import java.io.ByteArrayOutputStream;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Map;

import io.github.celeryspring.InvalidMessageException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * Converts between {@link KombuMessage} and the JSON envelope, byte for byte as Python
 * writes it. Thread-safe. Counterpart of {@code kombu.transport.virtual.base}
 * ({@code Channel.prepare_message} and {@code Message}).
 * <p>
 * Writing refuses what is known to kill a Python worker. Reading is as tolerant as a
 * Python worker at least: {@code delivery_tag}, exchange or routing key missing in a
 * foreign message become empty texts (a Python worker dies of them), so that the message
 * can be run or dead-lettered; a priority that is no number is 0; a body without
 * {@code body_encoding} is plain text. Keys of the envelope or of {@code delivery_info}
 * that kombu does not know are dropped.
 *
 * @since 0.1.0
 */
public final class KombuMessageCodec {

	private final boolean textBodies;

	/**
	 * Creates a codec that writes bodies in base64, as kombu does by default.
	 */
	public KombuMessageCodec() {
		this(false);
	}

	/**
	 * Creates a codec.
	 * @param textBodies whether a body that is UTF-8 text is written as such, which every
	 * peer reads; all others are written in base64
	 */
	public KombuMessageCodec(boolean textBodies) {
		this.textBodies = textBodies;
	}

	/**
	 * Writes the envelope.
	 * @param message the message
	 * @return the bytes of one list element
	 * @throws InvalidMessageException if a peer could be hurt by it, or a header or
	 * property is not plain JSON (text, number, boolean, null, list, map)
	 */
	public byte[] encode(KombuMessage message) {
		EnvelopeRules.check(message);
		String text = this.textBodies ? text(message) : null;
		ByteArrayOutputStream out = new ByteArrayOutputStream(message.body().length * 4 / 3 + 1024);
		try (JsonGenerator generator = PythonJsonFactory.INSTANCE.createGenerator(ObjectWriteContext.empty(), out)) {
			generator.writeStartObject();
			generator.writeName("body");
			if (text != null) {
				generator.writeString(text);
			}
			else {
				byte[] base64 = Base64.getEncoder().encode(message.body());
				generator.writeRawUTF8String(base64, 0, base64.length);
			}
			generator.writeStringProperty("content-encoding", message.contentEncoding());
			generator.writeStringProperty("content-type", message.contentType());
			generator.writeName("headers");
			PlainJson.write(generator, "headers", message.headers());
			generator.writeName("properties");
			writeProperties(generator, message.properties(), text != null);
			generator.writeEndObject();
		}
		catch (JacksonException ex) {
			throw new InvalidMessageException(
					"A message is refused because it cannot be written: " + ex.getOriginalMessage(), ex);
		}
		return out.toByteArray();
	}

	/** A compressed body, or any other that is not text to its reader, is no text. */
	private static @Nullable String text(KombuMessage message) {
		if (!"utf-8".equalsIgnoreCase(message.contentEncoding()) || message.headers().get("compression") != null) {
			return null;
		}
		try {
			return PlainJson.utf8(message.body());
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	private static void writeProperties(JsonGenerator generator, MessageProperties properties, boolean textBody) {
		generator.writeStartObject();
		writeIfPresent(generator, "correlation_id", properties.correlationId());
		writeIfPresent(generator, "reply_to", properties.replyTo());
		for (Map.Entry<String, @Nullable Object> other : properties.others().entrySet()) {
			generator.writeName(other.getKey());
			PlainJson.write(generator, other.getKey(), other.getValue());
		}
		generator.writeNumberProperty("delivery_mode", properties.deliveryMode());
		writeIfPresent(generator, "expiration", properties.expiration());
		generator.writeObjectPropertyStart("delivery_info");
		generator.writeStringProperty("exchange", properties.deliveryInfo().exchange());
		generator.writeStringProperty("routing_key", properties.deliveryInfo().routingKey());
		if (properties.deliveryInfo().redelivered()) {
			generator.writeBooleanProperty("redelivered", true);
		}
		generator.writeEndObject();
		generator.writeNumberProperty("priority", properties.priority());
		if (textBody) {
			// Not "utf-8": older kombu (5.2.4) dies of that, but all know null.
			generator.writeNullProperty("body_encoding");
		}
		else {
			generator.writeStringProperty("body_encoding", "base64");
		}
		generator.writeStringProperty("delivery_tag", properties.deliveryTag());
		generator.writeEndObject();
	}

	private static void writeIfPresent(JsonGenerator generator, String name, @Nullable String value) {
		if (value != null) {
			generator.writeStringProperty(name, value);
		}
	}

	/**
	 * Reads an envelope.
	 * @param envelope the bytes of one list element
	 * @return the message
	 * @throws InvalidMessageException if it is not an envelope: not a JSON object, no
	 * {@code properties}, no {@code body}, or a body that is not in its
	 * {@code body_encoding}
	 */
	public KombuMessage decode(byte[] envelope) {
		return EnvelopeReader.read(envelope);
	}

}
