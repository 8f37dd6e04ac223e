package io.github.celeryspring.control;

import java.util.regex.Pattern;

/**
 * Whether the name of a worker matches a pattern. Counterpart of {@code kombu.matcher}.
 */
final class NodenameMatcher {

	private NodenameMatcher() {
	}

	/**
	 * Matches a name.
	 * @param nodename the name
	 * @param pattern the pattern
	 * @param matcher {@code glob} or {@code pcre}
	 * @return whether it matches
	 * @throws IllegalArgumentException if there is no such matcher, or the pattern is
	 * none
	 */
	static boolean matches(String nodename, String pattern, String matcher) {
		return switch (matcher) {
			case "glob" -> Pattern.compile(regex(pattern), Pattern.DOTALL).matcher(nodename).matches();
			// Python's re.match: anchored at the start only.
			case "pcre" -> Pattern.compile(pattern).matcher(nodename).lookingAt();
			default -> throw new IllegalArgumentException("No matcher '" + matcher + "'");
		};
	}

	/** Python's {@code fnmatch.translate}. */
	private static String regex(String glob) {
		StringBuilder regex = new StringBuilder();
		int i = 0;
		while (i < glob.length()) {
			char c = glob.charAt(i);
			int end = (c == '[') ? endOfSet(glob, i) : -1;
			if (end > 0) {
				regex.append(set(glob.substring(i + 1, end)));
				i = end + 1;
				continue;
			}
			switch (c) {
				case '*' -> regex.append(".*");
				case '?' -> regex.append('.');
				default -> regex.append(Pattern.quote(String.valueOf(c)));
			}
			i++;
		}
		return regex.toString();
	}

	/** A bracket that comes first is a member. */
	private static int endOfSet(String glob, int start) {
		int first = start + (glob.startsWith("!", start + 1) ? 2 : 1);
		return glob.indexOf(']', first + 1);
	}

	private static String set(String members) {
		boolean negated = members.startsWith("!");
		String escaped = members.substring(negated ? 1 : 0).replaceAll("[\\\\\\[\\]^&]", "\\\\$0");
		return (negated ? "[^" : "[") + escaped + "]";
	}

}
