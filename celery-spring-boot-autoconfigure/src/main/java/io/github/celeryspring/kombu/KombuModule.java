package io.github.celeryspring.kombu;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.UUID;
import java.util.function.Function;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.module.SimpleModule;

/**
 * How Java values are written for, and read from, kombu.
 */
final class KombuModule extends SimpleModule {

	private static final long serialVersionUID = 1L;

	KombuModule(boolean tagged) {
		super("kombu");
		addTimeSerializers(tagged);
		addValueSerializers(tagged);
		addDeserializers();
		setSerializerModifier(new TaggedMapGuard.Modifier());
	}

	private void addTimeSerializers(boolean tagged) {
		addTime(Instant.class, tagged, (value) -> value.atOffset(ZoneOffset.UTC));
		addTime(OffsetDateTime.class, tagged, (value) -> value);
		addTime(ZonedDateTime.class, tagged, ZonedDateTime::toOffsetDateTime);
		addTime(Date.class, tagged, (value) -> Instant.ofEpochMilli(value.getTime()).atOffset(ZoneOffset.UTC));
		addText(LocalDateTime.class, "datetime", tagged, PythonTimes::format, PythonTimes::format);
		addText(LocalDate.class, "date", tagged, PythonTimes::format,
				(value) -> PythonTimes.format(value) + "T00:00:00");
		addText(LocalTime.class, "time", tagged, PythonTimes::format, PythonTimes::format);
		addText(OffsetTime.class, "time", tagged, PythonTimes::format, PythonTimes::format);
	}

	private void addValueSerializers(boolean tagged) {
		addText(BigDecimal.class, "decimal", tagged, BigDecimal::toString, BigDecimal::toString);
		addSerializer(UUID.class, new KombuSerializers.UuidSerializer(tagged));
		addSerializer(byte[].class, new KombuSerializers.BytesSerializer(tagged));
		addSerializer(Duration.class, new KombuSerializers.DurationSerializer());
		addSerializer(JsonNode.class, new TaggedMapGuard.TreeSerializer());
		addSerializer(RawJsonList.class, new RawJsonList.Serializer());
	}

	private void addDeserializers() {
		addReader(Instant.class, JavaValues::instant);
		addReader(OffsetDateTime.class, JavaValues::offsetDateTime);
		addReader(ZonedDateTime.class, (value) -> JavaValues.offsetDateTime(value).toZonedDateTime());
		addReader(LocalDateTime.class, JavaValues::localDateTime);
		addReader(Date.class, (value) -> Date.from(JavaValues.instant(value)));
		addReader(LocalDate.class, JavaValues::localDate);
		addReader(LocalTime.class, JavaValues::localTime);
		addReader(OffsetTime.class, JavaValues::offsetTime);
		addReader(BigDecimal.class, JavaValues::decimal);
		addReader(UUID.class, JavaValues::uuid);
		addReader(byte[].class, JavaValues::bytes);
		addDeserializer(Object.class, new UntypedDeserializer());
	}

	private <T> void addTime(Class<T> type, boolean tagged, Function<T, OffsetDateTime> converter) {
		addText(type, "datetime", tagged, (value) -> PythonTimes.format(converter.apply(value)), (value) -> {
			String text = PythonTimes.format(converter.apply(value));
			return text.endsWith("+00:00") ? text.substring(0, text.length() - 6) + "Z" : text;
		});
	}

	private <T> void addText(Class<T> type, String tag, boolean tagged, Function<T, String> tagText,
			Function<T, String> plainText) {
		addSerializer(type, tagged ? new KombuSerializers.TextSerializer<>(type, tag, tagText)
				: new KombuSerializers.TextSerializer<>(type, null, plainText));
	}

	private <T> void addReader(Class<T> type, Function<Object, T> converter) {
		addDeserializer(type, new TaggedDeserializer<>(type, converter));
	}

}
