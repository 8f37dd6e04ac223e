package io.github.celeryspring.protocol;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.github.celeryspring.kombu.KombuJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Messages of real Celery peers, captured from Redis (golden/curated.jsonl).
 *
 * @param name what the message shows
 * @param version the versions of the peer
 * @param command the Redis command that carried it
 * @param envelope the text of the envelope
 */
record GoldenMessage(String name, String version, String command, String envelope) {

	private static final JsonMapper MAPPER = KombuJson.builder(true).build();

	static List<GoldenMessage> all() {
		try (InputStream in = GoldenMessage.class.getResourceAsStream("/golden/curated.jsonl");
				BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
			return reader.lines().map(MAPPER::readTree).flatMap(GoldenMessage::of).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<GoldenMessage> of(JsonNode entry) {
		String command = entry.get("cmd").stringValue();
		if (!Set.of("LPUSH", "RPUSH", "PUBLISH", "HSET").contains(command)) {
			return Stream.empty();
		}
		String text = entry.get("args").get(entry.get("args").size() - 1).stringValue();
		if (command.equals("HSET")) {
			// an unacked entry: [envelope, exchange, routing key]
			text = text.substring(1, text.lastIndexOf('}') + 1);
		}
		if (!MAPPER.readTree(text).has("properties")) {
			return Stream.empty();
		}
		return Stream
			.of(new GoldenMessage(entry.get("name").stringValue(), entry.get("version").stringValue(), command, text));
	}

	byte[] bytes() {
		return this.envelope.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public String toString() {
		return this.name + " (" + this.version + ")";
	}

}
