package io.github.celeryspring.canvas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.github.celeryspring.kombu.KombuJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A canvas as a real Celery wrote it ({@code golden/record-signatures.py} recorded it).
 *
 * @param version the version of Celery
 * @param name what it shows
 * @param value what Celery wrote
 */
record GoldenCanvas(String version, String name, JsonNode value) {

	private static final JsonMapper MAPPER = KombuJson.builder(true).build();

	static Stream<GoldenCanvas> read(String kind) {
		return Stream.of("5.7.0", "5.2.7").flatMap((version) -> read(kind, version));
	}

	static GoldenCanvas named(String kind, String version, String name) {
		return read(kind, version).filter((golden) -> golden.name().equals(name)).findAny().orElseThrow();
	}

	static Stream<GoldenCanvas> read(String kind, String version) {
		String file = "/golden/" + kind + "-" + version + ".jsonl";
		try (InputStream stream = Optional.ofNullable(GoldenCanvas.class.getResourceAsStream(file)).orElseThrow()) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines()
				.map(MAPPER::readTree)
				.map((line) -> new GoldenCanvas(version, line.get("name").stringValue(), line.get("value")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** As the wire shows it. */
	static JsonNode written(Object value) {
		return MAPPER.readTree(MAPPER.writeValueAsString(value));
	}

	static JsonNode json(String text) {
		return MAPPER.readTree(text.replace('\'', '"'));
	}

	/** A map with Java values. */
	static JsonNode json(Map<String, ?> values) {
		return MAPPER.valueToTree(values);
	}

	static <T> T value(JsonNode tree, Class<T> type) {
		return MAPPER.treeToValue(tree, type);
	}

	@Override
	public String toString() {
		return this.name + " (" + this.version + ")";
	}

}
