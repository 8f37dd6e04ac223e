package io.github.celeryspring.kombu;

import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the serializers that kombu has.
 *
 * @since 0.1.0
 */
public final class ContentSerializers {

	private ContentSerializers() {
	}

	/**
	 * Makes the json serializer.
	 * @param mapper from {@link KombuJson#builder}
	 * @return the serializer
	 */
	public static ContentSerializer json(JsonMapper mapper) {
		return new JsonContentSerializer(mapper);
	}

	/**
	 * Makes the msgpack serializer. {@code byte[]} is binary, an instant or time with
	 * offset is a timestamp (read as UTC); dates and times without offset, UUIDs and
	 * decimals are texts.
	 * @param mapper from {@link KombuJson#builder}, writing {@code __type__} objects
	 * @return the serializer
	 */
	public static ContentSerializer msgpack(JsonMapper mapper) {
		return new MsgpackContentSerializer(mapper);
	}

	/**
	 * Makes the yaml serializer, for which SnakeYAML must be there. Dates with or without
	 * time and {@code byte[]} keep their types; times of day, UUIDs and decimals are
	 * texts.
	 * @param mapper from {@link KombuJson#builder}, writing {@code __type__} objects
	 * @return the serializer
	 */
	public static ContentSerializer yaml(JsonMapper mapper) {
		return new YamlContentSerializer(mapper);
	}

	/**
	 * Whether SnakeYAML is there.
	 * @return whether {@link #yaml} may be called
	 */
	public static boolean hasYaml() {
		return ClassUtils.isPresent("org.yaml.snakeyaml.composer.Composer", null);
	}

	/**
	 * Makes the pickle serializer, which only reads: protocols 2 to 5, of the types None,
	 * bool, int, float, str, bytes, bytearray, list, tuple, dict, set, frozenset,
	 * datetime, date, time, timedelta, timezone, ZoneInfo, Decimal, UUID, and Celery's
	 * signatures. Everything else is refused, and no code is ever run.
	 * @return the serializer
	 */
	public static ContentSerializer pickle() {
		return new PickleContentSerializer();
	}

}
