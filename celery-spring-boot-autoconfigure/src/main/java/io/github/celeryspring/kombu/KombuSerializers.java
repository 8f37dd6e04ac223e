package io.github.celeryspring.kombu;

import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Writers of the Java types that have a form of their own in kombu's JSON.
 */
final class KombuSerializers {

	private KombuSerializers() {
	}

	/**
	 * A scalar: its form does not depend on Jackson's own type information.
	 *
	 * @param <T> the Java type
	 */
	private abstract static class ScalarSerializer<T> extends StdSerializer<T> {

		ScalarSerializer(Class<T> type) {
			super(type);
		}

		@Override
		public void serializeWithType(T value, JsonGenerator generator, SerializationContext context,
				TypeSerializer typeSerializer) {
			serialize(value, generator, context);
		}

		static void writeTagged(JsonGenerator generator, String tag, String value) {
			generator.writeStartObject();
			generator.writeStringProperty(TaggedValues.TYPE, tag);
			generator.writeStringProperty(TaggedValues.VALUE, value);
			generator.writeEndObject();
		}

	}

	/**
	 * Writes a value as text, in a tagged object or plain.
	 *
	 * @param <T> the Java type
	 */
	static final class TextSerializer<T> extends ScalarSerializer<T> {

		private final @Nullable String tag;

		private final Function<T, String> format;

		TextSerializer(Class<T> type, @Nullable String tag, Function<T, String> format) {
			super(type);
			this.tag = tag;
			this.format = format;
		}

		@Override
		public void serialize(T value, JsonGenerator generator, SerializationContext context) {
			String text = format(value, generator);
			if (this.tag != null) {
				writeTagged(generator, this.tag, text);
			}
			else {
				generator.writeString(text);
			}
		}

		private String format(T value, JsonGenerator generator) {
			try {
				return this.format.apply(value);
			}
			catch (DateTimeException ex) {
				throw DatabindException.from(generator, ex.getMessage(), ex);
			}
		}

	}

	/**
	 * Writes a UUID.
	 */
	static final class UuidSerializer extends ScalarSerializer<UUID> {

		private final boolean tagged;

		UuidSerializer(boolean tagged) {
			super(UUID.class);
			this.tagged = tagged;
		}

		@Override
		public void serialize(UUID value, JsonGenerator generator, SerializationContext context) {
			if (!this.tagged) {
				generator.writeString(value.toString());
				return;
			}
			generator.writeStartObject();
			generator.writeStringProperty(TaggedValues.TYPE, "uuid");
			generator.writeName(TaggedValues.VALUE);
			generator.writeStartObject();
			generator.writeStringProperty("hex", value.toString().replace("-", ""));
			generator.writeEndObject();
			generator.writeEndObject();
		}

	}

	/**
	 * Writes bytes: as text if they are valid UTF-8, else as base64.
	 */
	static final class BytesSerializer extends ScalarSerializer<byte[]> {

		private final boolean tagged;

		BytesSerializer(boolean tagged) {
			super(byte[].class);
			this.tagged = tagged;
		}

		@Override
		public void serialize(byte[] value, JsonGenerator generator, SerializationContext context) {
			if (!this.tagged) {
				throw DatabindException.from(generator, "byte[] cannot be written for peers older than kombu 5.3; "
						+ "send a text (such as base64) or write __type__ objects");
			}
			try {
				writeTagged(generator, "bytes", PlainJson.utf8(value));
			}
			catch (CharacterCodingException ex) {
				writeTagged(generator, "base64", Base64.getEncoder().encodeToString(value));
			}
		}

	}

	/**
	 * Writes a duration as its seconds: an integer, or a decimal fraction.
	 */
	static final class DurationSerializer extends ScalarSerializer<Duration> {

		DurationSerializer() {
			super(Duration.class);
		}

		@Override
		public void serialize(Duration value, JsonGenerator generator, SerializationContext context) {
			if (value.getNano() == 0) {
				generator.writeNumber(value.getSeconds());
				return;
			}
			BigDecimal seconds = BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
			generator.writeNumber(seconds.stripTrailingZeros().toPlainString());
		}

	}

}
