package io.github.celeryspring.kombu;

import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.type.MapType;

/**
 * Refuses maps and trees that a Python worker would fail to decode: those with exactly
 * the keys of a tagged value, which are none.
 */
final class TaggedMapGuard {

	private TaggedMapGuard() {
	}

	private static void check(Map<?, ?> tagged, JsonGenerator generator) {
		try {
			TaggedValues.decode(tagged);
		}
		catch (IllegalArgumentException ex) {
			throw DatabindException.from(generator,
					"A map with the keys __type__ and __value__ is a typed value for kombu. " + ex.getMessage(), ex);
		}
	}

	/**
	 * Puts the check in front of every map serializer.
	 */
	static final class Modifier extends ValueSerializerModifier {

		private static final long serialVersionUID = 1L;

		@Override
		@SuppressWarnings("unchecked")
		public ValueSerializer<?> modifyMapSerializer(SerializationConfig config, MapType type,
				BeanDescription.Supplier description, ValueSerializer<?> serializer) {
			return new MapSerializer((ValueSerializer<Object>) serializer);
		}

	}

	/**
	 * Checks a map, then leaves it to Jackson's own serializer.
	 */
	private static final class MapSerializer extends ValueSerializer<Object> {

		private final ValueSerializer<Object> delegate;

		MapSerializer(ValueSerializer<Object> delegate) {
			this.delegate = delegate;
		}

		@SuppressWarnings("unchecked")
		private static MapSerializer of(ValueSerializer<?> delegate) {
			return new MapSerializer((ValueSerializer<Object>) delegate);
		}

		@Override
		public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
			checkMap(value, generator);
			this.delegate.serialize(value, generator, context);
		}

		@Override
		public void serializeWithType(Object value, JsonGenerator generator, SerializationContext context,
				TypeSerializer typeSerializer) {
			checkMap(value, generator);
			this.delegate.serializeWithType(value, generator, context, typeSerializer);
		}

		private static void checkMap(Object value, JsonGenerator generator) {
			if (value instanceof Map<?, ?> map && TaggedValues.isTagged(map)) {
				check(map, generator);
			}
		}

		@Override
		public void resolve(SerializationContext context) {
			this.delegate.resolve(context);
		}

		@Override
		public ValueSerializer<?> createContextual(SerializationContext context, @Nullable BeanProperty property) {
			return of(this.delegate.createContextual(context, property));
		}

		@Override
		public ValueSerializer<?> withIgnoredProperties(Set<String> names) {
			return of(this.delegate.withIgnoredProperties(names));
		}

		@Override
		public ValueSerializer<?> withFormatOverrides(SerializationConfig config, JsonFormat.Value overrides) {
			return of(this.delegate.withFormatOverrides(config, overrides));
		}

		@Override
		public boolean isEmpty(SerializationContext context, Object value) {
			return this.delegate.isEmpty(context, value);
		}

	}

	/**
	 * Checks a tree, then writes it.
	 */
	static final class TreeSerializer extends StdSerializer<JsonNode> {

		TreeSerializer() {
			super(JsonNode.class);
		}

		@Override
		public void serialize(JsonNode value, JsonGenerator generator, SerializationContext context) {
			checkTree(value, generator, context);
			value.serialize(generator, context);
		}

		@Override
		public void serializeWithType(JsonNode value, JsonGenerator generator, SerializationContext context,
				TypeSerializer typeSerializer) {
			serialize(value, generator, context);
		}

		private static void checkTree(JsonNode node, JsonGenerator generator, SerializationContext context) {
			if (!node.isContainer()) {
				return;
			}
			if (node.size() == 2 && node.has(TaggedValues.TYPE) && node.has(TaggedValues.VALUE)) {
				check(Map.of(TaggedValues.TYPE, plain(node.get(TaggedValues.TYPE)), TaggedValues.VALUE,
						plain(node.get(TaggedValues.VALUE))), generator);
				return;
			}
			for (JsonNode child : node) {
				checkTree(child, generator, context);
			}
		}

		private static Object plain(JsonNode node) {
			JsonNode hex = node.get("hex");
			return (node.size() == 1 && hex != null) ? Map.of("hex", plain(hex))
					: (node.isString() ? node.stringValue() : node);
		}

	}

}
