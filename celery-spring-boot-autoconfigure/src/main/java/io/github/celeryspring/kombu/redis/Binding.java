package io.github.celeryspring.kombu.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import org.jspecify.annotations.Nullable;

/**
 * One member of an exchange's binding table. The type of an exchange is nowhere in Redis;
 * only topic bindings have a pattern. Counterpart of
 * {@code kombu.transport.virtual.exchange}.
 *
 * @param routingKey the key of the binding
 * @param pattern the expression of a topic binding, or {@code null}
 * @param queue the name of the queue
 */
record Binding(String routingKey, @Nullable Pattern pattern, String queue) {

	/** The member as kombu writes it. */
	static String member(String queue, CeleryQueue.Binding binding, String separator) {
		boolean topic = binding.exchange().type() == CeleryExchange.Type.TOPIC;
		return binding.routingKey() + separator + (topic ? topicPattern(binding.routingKey()) : "") + separator + queue;
	}

	/** Reads a member; {@code null} if it is not one. */
	static @Nullable Binding parse(String member, String separator) {
		String[] parts = member.split(Pattern.quote(separator), -1);
		if (parts.length != 3 || parts[2].isEmpty()) {
			return null;
		}
		try {
			return new Binding(parts[0], parts[1].isEmpty() ? null : Pattern.compile(parts[1]), parts[2]);
		}
		catch (PatternSyntaxException ex) {
			return null;
		}
	}

	boolean matches(String key) {
		// Python's re.match: anchored at the start only.
		return (this.pattern != null) ? this.pattern.matcher(key).lookingAt() : this.routingKey.equals(key);
	}

	private static String topicPattern(String bindingKey) {
		List<String> words = new ArrayList<>();
		for (String word : bindingKey.split("\\.", -1)) {
			words.add(switch (word) {
				case "*" -> "[^\\.]+";
				case "#" -> ".*?";
				default -> escaped(word);
			});
		}
		return "^" + String.join("\\.", words) + "$";
	}

	private static String escaped(String word) {
		StringBuilder escaped = new StringBuilder();
		word.codePoints().forEach((c) -> {
			if (c == 0) {
				escaped.append("\\000");
				return;
			}
			if (!Character.isLetterOrDigit(c) && c != '*' && c != '#') {
				escaped.append('\\');
			}
			escaped.appendCodePoint(c);
		});
		return escaped.toString();
	}

}
