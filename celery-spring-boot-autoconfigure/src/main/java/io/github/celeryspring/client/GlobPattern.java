package io.github.celeryspring.client;

import java.util.regex.Pattern;

/**
 * Patterns of shells as regular expressions. Counterpart of Python's
 * {@code fnmatch.translate}.
 */
final class GlobPattern {

	private GlobPattern() {
	}

	static String expression(String glob) {
		StringBuilder expression = new StringBuilder();
		int i = 0;
		while (i < glob.length()) {
			char c = glob.charAt(i);
			int end = (c == '[') ? glob.indexOf(']', i + (glob.startsWith("[!", i) ? 3 : 2)) : -1;
			if (end > 0) {
				expression.append(characters(glob.substring(i + 1, end)));
				i = end;
			}
			else {
				expression.append((c == '*') ? ".*" : (c == '?') ? "." : Pattern.quote(String.valueOf(c)));
			}
			i++;
		}
		return expression.append("\\z").toString();
	}

	private static String characters(String set) {
		boolean negated = set.startsWith("!");
		String members = (negated ? set.substring(1) : set).replaceAll("[\\\\\\[\\]&^]", "\\\\$0");
		return (negated ? "[^" : "[") + members + "]";
	}

}
