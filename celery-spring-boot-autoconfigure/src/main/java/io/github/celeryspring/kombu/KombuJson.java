package io.github.celeryspring.kombu;

import java.util.Optional;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Builds the {@link JsonMapper} for values on the wire: Python's JSON with kombu's
 * {@code __type__} objects. Counterpart of {@code kombu.utils.json}.
 * <p>
 * Bytes are written as Python's json module writes them (separators, ASCII escapes,
 * floats, {@code NaN}). Dates, times, {@code UUID}, {@code BigDecimal} and {@code byte[]}
 * have the forms of the table in kombu's documentation; a {@code Duration} is its number
 * of seconds, an enum its name, an {@link Optional} its content, everything else what
 * Jackson makes of it, in the order of declaration. Reading accepts tagged and plain
 * forms alike, whatever is written, and takes a time without offset for UTC where the
 * Java type has one. Read as {@code Object}, tagged objects become {@code OffsetDateTime}
 * (or {@code LocalDateTime} without offset), {@code LocalDate}, {@code LocalTime},
 * {@code BigDecimal}, {@code UUID} and {@code byte[]}.
 * <p>
 * A map or tree that kombu would take for a tagged value but cannot decode is refused
 * when written: Python workers drop a message that contains one.
 *
 * @since 0.1.0
 */
public final class KombuJson {

	private KombuJson() {
	}

	/**
	 * Starts a mapper for values.
	 * @param tagged whether dates, times, UUIDs, decimals and bytes are written as
	 * kombu's {@code __type__} objects; otherwise as plain text, for peers older than
	 * kombu 5.3, and {@code byte[]} is refused, as it is there
	 * @return a builder that may be customized
	 */
	public static JsonMapper.Builder builder(boolean tagged) {
		return JsonMapper.builder(PythonJsonFactory.INSTANCE)
			.addModule(new KombuModule(tagged))
			// An object without any property is hardly meant to be sent.
			.enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			// 1.5 must not silently become 1.
			.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
			.disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING);
	}

}
