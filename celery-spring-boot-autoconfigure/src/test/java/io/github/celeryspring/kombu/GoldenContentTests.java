package io.github.celeryspring.kombu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.github.celeryspring.CelerySerializationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the serializers of Celery 5.2.7 and 5.7.0 (the same bytes) make of the values in
 * {@code content.py}. {@code tree} is what Java makes of the body, and where
 * {@code written} is true, the body is what it makes of the tree.
 */
class GoldenContentTests {

	private static final JsonMapper mapper = KombuJson.builder(true).build();

	private static final List<ContentSerializer> serializers = List.of(ContentSerializers.json(mapper),
			ContentSerializers.yaml(mapper), ContentSerializers.msgpack(mapper), ContentSerializers.pickle());

	static Stream<Golden> all() throws IOException {
		return new ClassPathResource("golden/content.jsonl").getContentAsString(StandardCharsets.UTF_8)
			.lines()
			.map((line) -> new Golden(mapper.readTree(line)));
	}

	static Stream<Golden> written() throws IOException {
		return all().filter((golden) -> golden.line.has("written"));
	}

	@ParameterizedTest
	@MethodSource("all")
	void javaReadsWhatPythonWrites(Golden golden) {
		JsonNode tree = golden.serializer().deserialize(golden.body());
		golden.tree()
			.properties()
			.forEach((expected) -> assertThat(tree.get(expected.getKey())).as(expected.getKey())
				.isEqualTo(expected.getValue()));
		assertThat(tree).isEqualTo(golden.tree());
	}

	@ParameterizedTest
	@MethodSource("written")
	void javaWritesWhatPythonWrites(Golden golden) {
		assertThat(golden.serializer().serialize(golden.tree())).asString(StandardCharsets.ISO_8859_1)
			// PyYAML writes \xE9, SnakeYAML \xe9.
			.isEqualToIgnoringCase(new String(golden.body(), StandardCharsets.ISO_8859_1));
	}

	@ParameterizedTest
	@MethodSource("all")
	void nothingThatIsCutOffIsTakenForWhole(Golden golden) {
		byte[] body = golden.body();
		JsonNode tree = golden.tree();
		for (int length = 0; length < body.length; length += 1 + body.length / 50) {
			byte[] cut = Arrays.copyOf(body, length);
			try {
				assertThat(golden.serializer().deserialize(cut)).isNotEqualTo(tree);
			}
			catch (CelerySerializationException ex) {
				assertThat(ex).hasMessageStartingWith("Cannot read " + golden.formatName());
			}
		}
	}

	/**
	 * A line of the file.
	 */
	static final class Golden {

		private final JsonNode line;

		Golden(JsonNode line) {
			this.line = line;
		}

		ContentSerializer serializer() {
			return serializers.stream()
				.filter((serializer) -> serializer.name().equals(name()))
				.findFirst()
				.orElseThrow();
		}

		String name() {
			return this.line.get("name").stringValue();
		}

		String formatName() {
			return name().equals("json") ? "JSON" : name();
		}

		byte[] body() {
			return this.line.get("body").binaryValue();
		}

		JsonNode tree() {
			return mapper.readTree(this.line.get("tree").stringValue());
		}

		@Override
		public String toString() {
			return name() + this.line.path("protocol").asString("");
		}

	}

}
