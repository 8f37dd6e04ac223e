package io.github.celeryspring.kombu;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * A value that is part of many messages, such as the body of a chord: its JSON is made
 * once and copied into each. Other serializers see the value. Thread-safe.
 *
 * @since 0.1.0
 */
public final class SharedValue implements JacksonSerializable {

	private final Object value;

	private final ContentSerializer json;

	private volatile @Nullable String text;

	/**
	 * Shares a value, which must not change any more.
	 * @param value the value
	 * @param json makes its JSON
	 */
	public SharedValue(Object value, ContentSerializer json) {
		this.value = value;
		this.json = json;
	}

	@Override
	public void serialize(JsonGenerator generator, SerializationContext context) {
		if (!(generator instanceof PythonJsonGenerator)) {
			context.writeValue(generator, this.value);
			return;
		}
		String made = this.text;
		if (made == null) {
			made = new String(this.json.serialize(this.value), StandardCharsets.UTF_8);
			this.text = made;
		}
		generator.writeRawValue(made);
	}

	@Override
	public void serializeWithType(JsonGenerator generator, SerializationContext context, TypeSerializer types) {
		serialize(generator, context);
	}

}
