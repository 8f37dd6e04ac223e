package io.github.celeryspring.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever these pages show of Java and of settings is run by the tests of this package:
 * each block is a part of one of their sources, and so is all code in the columns for
 * Java of their tables.
 */
class SnippetTests {

	static final List<String> PAGES = List.of("coming-from-celery.md", "routing.md");

	private static final Path TESTS = Path.of("src", "test");

	private static final List<String> SOURCES = Stream
		.of(TESTS.resolve("java/io/github/celeryspring/documentation"), TESTS.resolve("resources/documentation"))
		.flatMap(SnippetTests::files)
		.filter((file) -> !file.endsWith("SnippetTests.java"))
		.map(SnippetTests::read)
		.toList();

	@ParameterizedTest
	@FieldSource("PAGES")
	void everyBlockIsPartOfATest(String name) {
		MarkdownPage page = MarkdownPage.of(name);
		List<String> blocks = Stream.of("java", "yaml").flatMap((language) -> page.blocks(language).stream()).toList();
		assertThat(blocks).isNotEmpty();
		assertThat(blocks).filteredOn((block) -> SOURCES.stream().noneMatch((source) -> contains(source, block)))
			.isEmpty();
	}

	/** Each line is there, and all are indented by the same. */
	private static boolean contains(String source, String block) {
		List<String> lines = source.lines().toList();
		List<String> wanted = block.lines().toList();
		return IntStream.rangeClosed(0, lines.size() - wanted.size()).anyMatch((start) -> {
			String first = lines.get(start);
			String indent = first.substring(0, first.length() - first.stripLeading().length());
			return IntStream.range(0, wanted.size()).allMatch((i) -> {
				String line = wanted.get(i);
				return lines.get(start + i).equals(line.isEmpty() ? line : indent + line);
			});
		});
	}

	@Test
	void allJavaInTablesIsPartOfATest() throws IOException {
		Set<String> properties = UsingRedisDocTests.properties();
		String sources = withoutSpace(String.join("", SOURCES));
		List<String> code = MarkdownPage.of("coming-from-celery.md").codeInColumn("Java");
		assertThat(code).hasSizeGreaterThan(100);
		assertThat(code).filteredOn((each) -> !sources.contains(withoutSpace(each)))
			.filteredOn((each) -> properties.stream().noneMatch((name) -> (name + ".").startsWith(each + ".")))
			.isEmpty();
	}

	private static String withoutSpace(String text) {
		return text.replaceAll("\\s", "");
	}

	@ParameterizedTest
	@FieldSource("PAGES")
	void everyLinkLeadsToAHeading(String name) {
		MarkdownPage page = MarkdownPage.of(name);
		assertThat(page.headings()).containsAll(page.anchors());
	}

	private static Stream<Path> files(Path directory) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
