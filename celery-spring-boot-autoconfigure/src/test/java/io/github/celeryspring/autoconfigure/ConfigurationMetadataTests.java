package io.github.celeryspring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks at the metadata that the build generates for editors.
 */
class ConfigurationMetadataTests {

	/** Not Celery settings: options of its command line, and what it has no word for. */
	private static final Set<String> OUR_OWN = Set.of("celery.worker-enabled", "celery.worker-queues",
			"celery.worker-hostname", "celery.worker-shutdown-timeout", "celery.worker-max-deliveries",
			"celery.json-tagged-types", "celery.ssl", "celery.dead-letter", "celery.max-decompressed-size",
			"celery.security-bundle", "celery.security-base64-fields");

	private static List<JsonNode> properties;

	@BeforeAll
	static void readMetadata() throws IOException {
		// Spring Boot's own files have the same name: ours is the one beside our classes.
		URI ours = URI.create(CeleryProperties.class.getProtectionDomain().getCodeSource().getLocation()
				+ "META-INF/spring-configuration-metadata.json");
		try (InputStream in = ours.toURL().openStream()) {
			properties = StreamSupport.stream(new JsonMapper().readTree(in).get("properties").spliterator(), false)
				.toList();
		}
	}

	@Test
	void everyPropertyHasADescription() {
		TreeMap<String, String> descriptions = new TreeMap<>();
		properties.forEach((property) -> descriptions.put(property.get("name").asString(),
				property.path("description").asString("")));
		assertThat(descriptions).hasSizeGreaterThan(30).allSatisfy((name, description) -> {
			assertThat(description).as(name).isNotBlank().endsWith(".");
			assertThat(description.substring(0, 1)).as(name).isUpperCase();
		});
	}

	@Test
	void everyPropertyIsNamedAfterACelerySettingOrKnownToBeOurs() throws IOException {
		List<String> settings = new ClassPathResource("celery-settings.txt").getContentAsString(StandardCharsets.UTF_8)
			.lines()
			.toList();
		Set<String> topLevel = properties.stream()
			.map((property) -> property.get("name").asString())
			.filter((name) -> !name.startsWith("celery.embedded-redis."))
			.map((name) -> name.split("\\.", 3))
			.map((parts) -> parts[0] + "." + parts[1])
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(topLevel).containsAll(OUR_OWN);
		topLevel.removeAll(OUR_OWN);
		assertThat(topLevel)
			.allSatisfy((name) -> assertThat(settings).contains(name.substring("celery.".length()).replace('-', '_')));
	}

	@Test
	void everyTransportOptionIsKnownToTheCheckOfKeys() {
		assertThat(List.of(CeleryOptionKeys.BROKER, CeleryOptionKeys.RESULTS,
				CeleryOptionKeys.sentinel(CeleryOptionKeys.BROKER), CeleryOptionKeys.sentinel(CeleryOptionKeys.RESULTS),
				CeleryOptionKeys.useSsl(CeleryTls.BROKER), CeleryOptionKeys.useSsl(CeleryTls.RESULTS)))
			.allSatisfy((keys) -> assertThat(keysOf(keys)).isEqualTo(new TreeSet<>(keys.supported())));
	}

	private static Set<String> keysOf(OptionKeys options) {
		String prefix = options.property() + ".";
		return properties.stream()
			.map((property) -> property.get("name").asString())
			.filter((name) -> name.startsWith(prefix))
			.map((name) -> name.substring(prefix.length()).split("\\.", 2)[0].replace('-', '_'))
			.collect(Collectors.toCollection(TreeSet::new));
	}

}
