package io.github.celeryspring.kombu.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

import io.github.celeryspring.kombu.DeadLetter;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A value of the hash {@code unacked}: {@code [envelope, exchange, routing_key]}, written
 * by us or by kombu. Deals with trees, not with decoded messages, because what is given
 * back must not lose anything, even if it is none of Celery's.
 *
 * @param envelope the envelope
 * @param exchange the exchange, empty for the default one
 * @param routingKey the routing key
 */
record UnackedEntry(ObjectNode envelope, String exchange, String routingKey) {

	private static final JsonMapper mapper = mapper();

	private static final KombuMessageCodec codec = new KombuMessageCodec();

	private static JsonMapper mapper() {
		StreamReadConstraints unlimited = StreamReadConstraints.builder()
			.maxStringLength(Integer.MAX_VALUE)
			.maxNumberLength(Integer.MAX_VALUE)
			.build();
		return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(unlimited).build())
			.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
			.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
			.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
			.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.enable(JsonWriteFeature.ESCAPE_NON_ASCII)
			.disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
			.build();
	}

	/**
	 * Reads an entry.
	 * @return the entry, or {@code null} if it is none
	 */
	static @Nullable UnackedEntry parse(byte[] entry) {
		try {
			JsonNode tree = mapper.readTree(entry);
			if (tree.isArray() && tree.size() == 3 && tree.get(0) instanceof ObjectNode envelope && isText(tree.get(1))
					&& isText(tree.get(2))) {
				return new UnackedEntry(envelope, tree.get(1).asString(""), tree.get(2).asString(""));
			}
			return null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/**
	 * Reads an entry that we wrote and that is no JSON, because only the two ends of an
	 * envelope are looked at when it is taken. A Python peer dies of such an entry.
	 * @return an entry with the envelope wrapped, or {@code null} if it is not ours
	 */
	static @Nullable UnackedEntry wrapped(byte[] entry) {
		String text = new String(entry, StandardCharsets.ISO_8859_1);
		int end = text.lastIndexOf(", \"\", \"");
		if (end < 1 || !text.endsWith("\"]")) {
			return null;
		}
		try {
			String queue = mapper.readTree(text.substring(end + 6, text.length() - 1)).asString();
			KombuMessage message = DeadLetter.wrap(Arrays.copyOfRange(entry, 1, end), queue,
					UUID.randomUUID().toString());
			return new UnackedEntry((ObjectNode) mapper.readTree(codec.encode(message)), "", queue);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/** kombu writes null for a missing exchange or routing key. */
	private static boolean isText(JsonNode node) {
		return node.isString() || node.isNull();
	}

	/** A name as JSON. */
	static byte[] quoted(String name) {
		return mapper.writeValueAsBytes(name);
	}

	/** What stands after the envelope in an entry that we wrote. */
	static byte[] suffix(String queue) {
		return (", \"\", " + new String(quoted(queue), StandardCharsets.US_ASCII) + "]")
			.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * An entry.
	 * @param envelope the raw envelope
	 * @param suffix what {@link #suffix} returns for the queue
	 */
	static byte[] entry(byte[] envelope, byte[] suffix) {
		byte[] entry = new byte[1 + envelope.length + suffix.length];
		entry[0] = '[';
		System.arraycopy(envelope, 0, entry, 1, envelope.length);
		System.arraycopy(suffix, 0, entry, 1 + envelope.length, suffix.length);
		return entry;
	}

	/**
	 * The envelope of an entry that we wrote, byte for byte; {@code null} if we did not.
	 */
	static byte @Nullable [] envelope(byte[] entry, byte[] suffix) {
		int end = entry.length - suffix.length;
		if (end < 1 || !Arrays.equals(entry, end, entry.length, suffix, 0, suffix.length)) {
			return null;
		}
		return Arrays.copyOfRange(entry, 1, end);
	}

	/**
	 * The same message, marked as delivered before.
	 * @param envelope the raw envelope
	 * @return the marked one, or the raw one if it is not JSON
	 */
	static byte[] redelivered(byte[] envelope) {
		try {
			return (mapper.readTree(envelope) instanceof ObjectNode tree) ? mark(tree) : envelope;
		}
		catch (JacksonException ex) {
			return envelope;
		}
	}

	/** The priority in an envelope, 0 if there is none. */
	static int priority(byte[] envelope) {
		try {
			return priority(mapper.readTree(envelope));
		}
		catch (JacksonException ex) {
			return 0;
		}
	}

	private static int priority(JsonNode envelope) {
		return envelope.path("properties").path("priority").asInt(0);
	}

	private static byte[] mark(ObjectNode envelope) {
		if (envelope.get("headers") instanceof ObjectNode headers) {
			headers.put("redelivered", true);
		}
		if (envelope.path("properties").get("delivery_info") instanceof ObjectNode info) {
			info.put("redelivered", true);
		}
		return mapper.writeValueAsBytes(envelope);
	}

	int priority() {
		return priority(this.envelope);
	}

	/** The envelope marked as delivered before. */
	byte[] redelivered() {
		return mark(this.envelope);
	}

	/** The envelope as it is. */
	byte[] unchanged() {
		return mapper.writeValueAsBytes(this.envelope);
	}

}
