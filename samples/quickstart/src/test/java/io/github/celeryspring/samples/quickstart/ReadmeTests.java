package io.github.celeryspring.samples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever the README shows is compiled or run somewhere: each of its code blocks is,
 * indentation and empty lines aside, a part of one of the samples' files; each line of a
 * shell block, of one of their scripts or the CI's.
 */
class ReadmeTests {

	private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

	private static final Pattern BLOCK = Pattern.compile("(?ms)^```(java|python|yaml|xml|shell)\\n(.*?)^```$");

	private static final List<String> SOURCES = List.of(".java", ".py", ".yml", "pom.xml", "run");

	private static final List<String> TEXTS = texts();

	@ParameterizedTest
	@MethodSource
	void everyBlockIsPartOfASample(String block) {
		assertThat(TEXTS).as("sources that contain:%n%s", block).anyMatch((text) -> text.contains(block));
	}

	@Test
	void theTableListsThePropertiesThatThereAre() throws IOException {
		List<String> listed = Pattern.compile("(?m)^\\| `(celery\\.[^`]+)`")
			.matcher(Files.readString(ROOT.resolve("README.md")))
			.results()
			.map((match) -> match.group(1))
			.toList();
		JsonNode metadata = JsonMapper.shared()
			.readTree(getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json"));
		List<String> known = metadata.get("properties")
			.valueStream()
			.map((node) -> node.get("name").asString())
			.toList();
		assertThat(listed).containsExactlyInAnyOrderElementsOf(known);
	}

	static List<String> everyBlockIsPartOfASample() throws IOException {
		List<String> blocks = new ArrayList<>();
		for (MatchResult match : BLOCK.matcher(Files.readString(ROOT.resolve("README.md"))).results().toList()) {
			if (match.group(1).equals("shell")) {
				match.group(2).lines().forEach(blocks::add);
			}
			else {
				blocks.add(normalize(match.group(2)));
			}
		}
		return blocks;
	}

	private static List<String> texts() {
		try (Stream<Path> samples = Files.walk(ROOT.resolve("samples"));
				Stream<Path> ci = Files.walk(ROOT.resolve(".ci"))) {
			return Stream.concat(samples, ci)
				.filter((path) -> !path.toString().contains("target") && Files.isRegularFile(path))
				.filter((path) -> SOURCES.stream().anyMatch(path.toString()::endsWith))
				.map(ReadmeTests::read)
				.map(ReadmeTests::normalize)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path path) {
		try {
			return Files.readString(path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String normalize(String text) {
		return text.lines()
			.map(String::strip)
			.filter((line) -> !line.isEmpty())
			.collect(Collectors.joining("\n", "\n", "\n"));
	}

}
