package io.github.celeryspring.protocol;

import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ObjectUtils;
import tools.jackson.databind.JsonNode;

/**
 * Writes arguments for display as Python would write them: {@code (2, 'x')}, {@code {'k':
 * [True, None]}}. At most three levels deep and some 1024 characters long, so large
 * arguments cost little. Counterpart of {@code celery.utils.saferepr}.
 *
 * @since 0.1.0
 */
public final class ReprFormat {

	private static final int MAX_LENGTH = 1024;

	private static final int MAX_LEVELS = 3;

	private final StringBuilder text = new StringBuilder(64);

	/** Set when there was no room left: from then on only brackets are closed. */
	private boolean full;

	private ReprFormat() {
	}

	/**
	 * Positional arguments, as a tuple.
	 * @param args the arguments
	 * @return such as {@code (2, 3)}
	 */
	static String tuple(List<?> args) {
		ReprFormat format = new ReprFormat();
		format.sequence("(", args, (args.size() == 1) ? ",)" : ")", 0);
		return format.text.toString();
	}

	/**
	 * Any value.
	 * @param value the value
	 * @return such as {@code {'k': 1}}
	 */
	public static String of(@Nullable Object value) {
		ReprFormat format = new ReprFormat();
		format.append(value, 0);
		return format.text.toString();
	}

	private void append(@Nullable Object value, int level) {
		if (value instanceof JsonNode node) {
			appendNode(node, level);
		}
		else if (value instanceof Map<?, ?> map) {
			mapping(map.entrySet(), level);
		}
		else if (value instanceof Set<?> set) {
			appendSet(set, level);
		}
		else if (value instanceof Collection<?> collection) {
			sequence("[", collection, "]", level);
		}
		else if (value instanceof Optional<?> optional) {
			append(optional.orElse(null), level);
		}
		else if (value != null && value.getClass().isArray() && !(value instanceof byte[])) {
			sequence("[", Arrays.asList(ObjectUtils.toObjectArray(value)), "]", level);
		}
		else if (value instanceof CharSequence chars) {
			quoted(chars.toString());
		}
		else {
			token(cut(ScalarRepr.of(value)));
		}
	}

	private void appendNode(JsonNode node, int level) {
		switch (node.getNodeType()) {
			case OBJECT -> mapping(node.properties(), level);
			case ARRAY -> sequence("[", node.values(), "]", level);
			case STRING -> quoted(node.stringValue());
			case BOOLEAN -> token(ScalarRepr.of(node.booleanValue()));
			case NUMBER -> token(cut(ScalarRepr.of(node.numberValue())));
			case NULL, MISSING -> token("None");
			default -> token(cut(node.toString()));
		}
	}

	private void appendSet(Set<?> set, int level) {
		if (set.isEmpty()) {
			token("set()");
		}
		else {
			sequence("{", set, "}", level);
		}
	}

	private void sequence(String start, Iterable<?> values, String end, int level) {
		if (!open(start, end, level)) {
			return;
		}
		Iterator<?> iterator = values.iterator();
		while (iterator.hasNext() && !this.full) {
			append(iterator.next(), level + 1);
			if (iterator.hasNext()) {
				token(", ");
			}
		}
		this.text.append(end);
	}

	private void mapping(Collection<? extends Map.Entry<?, ?>> entries, int level) {
		if (!open("{", "}", level)) {
			return;
		}
		Iterator<? extends Map.Entry<?, ?>> iterator = entries.iterator();
		while (iterator.hasNext() && !this.full) {
			Map.Entry<?, ?> entry = iterator.next();
			append(entry.getKey(), level + 1);
			token(": ");
			append(entry.getValue(), level + 1);
			if (iterator.hasNext()) {
				token(", ");
			}
		}
		this.text.append('}');
	}

	private boolean open(String start, String end, int level) {
		if (level >= MAX_LEVELS) {
			token(start + "..." + end);
			return false;
		}
		token(start);
		return !this.full;
	}

	private void quoted(String value) {
		token("'" + cut(value).replace("'", "\\'") + "'");
	}

	private String cut(String value) {
		int room = MAX_LENGTH - this.text.length();
		if (room <= 0 || value.length() < room) {
			return value;
		}
		int end = (Character.isHighSurrogate(value.charAt(room - 1))) ? room - 1 : room;
		int space = value.lastIndexOf(' ', end - 1);
		return value.substring(0, (space < 0) ? end : space) + "...";
	}

	private void token(String token) {
		if (this.full) {
			return;
		}
		if (this.text.length() >= MAX_LENGTH) {
			this.text.append(", ...");
			this.full = true;
			return;
		}
		this.text.append(token);
	}

}
