package io.github.celeryspring.kombu.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The sign of life of one consumer: {@code <time> <server> <connection> <connection>}.
 *
 * @param owner the prefix of its delivery tags
 * @param text the record as it is in Redis; another one after each sign of life
 * @param server the run of the Redis server it was connected to
 * @param connections its connections, at least one
 */
record OwnerRecord(String owner, String text, String server, List<ConnectionId> connections) {

	/** As {@link KombuKeys#tagPrefix} makes them: never a prefix of another's tags. */
	private static final Pattern OWNER = Pattern.compile("celery-spring:(.*):[0-9a-f-]{36}:", Pattern.DOTALL);

	private static final Pattern TIME = Pattern.compile("\\d{1,12}\\.\\d{6}");

	/** What is written after the time. */
	static String text(String server, List<ConnectionId> connections) {
		StringBuilder text = new StringBuilder(server);
		connections.forEach((connection) -> text.append(' ').append(connection));
		return text.toString();
	}

	/** Reads those records that can be read. */
	static List<OwnerRecord> parseAll(Map<String, String> records) {
		List<OwnerRecord> parsed = new ArrayList<>(records.size());
		records.forEach((owner, text) -> {
			OwnerRecord one = parse(owner, text);
			if (one != null) {
				parsed.add(one);
			}
		});
		return parsed;
	}

	private static @Nullable OwnerRecord parse(String owner, String text) {
		String[] parts = text.split(" ");
		if (parts.length < 3 || !OWNER.matcher(owner).matches() || !TIME.matcher(parts[0]).matches()) {
			return null;
		}
		List<ConnectionId> connections = new ArrayList<>(parts.length - 2);
		for (int i = 2; i < parts.length; i++) {
			ConnectionId connection = ConnectionId.parse(parts[i]);
			if (connection == null) {
				return null;
			}
			connections.add(connection);
		}
		return new OwnerRecord(owner, text, parts[1], connections);
	}

	/** The name of the consumer. */
	String name() {
		Matcher matcher = OWNER.matcher(this.owner);
		return matcher.matches() ? matcher.group(1) : this.owner;
	}

}
