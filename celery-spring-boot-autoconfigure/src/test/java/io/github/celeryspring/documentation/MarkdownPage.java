package io.github.celeryspring.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of docs.
 *
 * @param text what it says
 */
record MarkdownPage(String text) {

	/** A cell ends at a bar that is not escaped. */
	private static final Pattern BAR = Pattern.compile("(?<!\\\\)\\|");

	static MarkdownPage of(String name) {
		try {
			return new MarkdownPage(Files.readString(AclLine.DOCS.resolve(name)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The blocks of code in a language. */
	List<String> blocks(String language) {
		return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$")
			.matcher(this.text)
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

	/** What is written as code in a column of any table, by the head of the column. */
	List<String> codeInColumn(String head) {
		List<String> code = new ArrayList<>();
		int column = -1;
		for (String line : this.text.lines().toList()) {
			List<String> cells = line.startsWith("|") ? Arrays.stream(BAR.split(line)).map(String::strip).toList()
					: List.of();
			if (cells.isEmpty()) {
				column = -1;
			}
			else if (column < 0) {
				column = cells.contains(head) ? cells.indexOf(head) : 0;
			}
			else {
				code.addAll(code(cells.get(column)));
			}
		}
		return code;
	}

	private static List<String> code(String cell) {
		return Pattern.compile("`([^`]+)`").matcher(cell).results().map((match) -> match.group(1)).toList();
	}

	Set<String> headings() {
		return Pattern.compile("(?m)^##+ (.*)$")
			.matcher(this.text)
			.results()
			.map((match) -> match.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_ -]", "").replace(' ', '-'))
			.collect(Collectors.toSet());
	}

	/** Where its links into itself lead. */
	List<String> anchors() {
		return Pattern.compile("\\]\\(#([^)]+)\\)").matcher(this.text).results().map((link) -> link.group(1)).toList();
	}

}
