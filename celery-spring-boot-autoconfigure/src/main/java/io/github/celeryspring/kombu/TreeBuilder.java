package io.github.celeryspring.kombu;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Base64;
import java.util.UUID;

import io.github.celeryspring.CelerySerializationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings what other formats than JSON contain into the tree that the json serializer
 * would read of it, so that arguments are converted in one way: a typed value becomes
 * kombu's {@code __type__} object (bytes always as {@code base64}), a duration its number
 * of seconds, a set or tuple an array, and the key of a mapping the text that Python's
 * json module makes of it. For one document.
 */
final class TreeBuilder {

	/** More than Python's own readers follow, and safe for any stack. */
	private static final int MAX_DEPTH = 500;

	/**
	 * Without references there are not more nodes than bytes; with them, twice as many.
	 */
	private static final int MAX_GROWTH = 2;

	private static final int MIN_NODES = 1_000_000;

	/** About what a node takes. */
	private static final int NODE_SIZE = 16;

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private final String format;

	private long nodesLeft;

	private int depth;

	TreeBuilder(String format, int contentLength) {
		this.format = format;
		this.nodesLeft = Math.max(MIN_NODES, (long) MAX_GROWTH * contentLength);
	}

	ArrayNode array() {
		return NODES.arrayNode();
	}

	ObjectNode object() {
		return NODES.objectNode();
	}

	/**
	 * Begins a list or mapping; {@link #end} ends it. A value that contains itself, or
	 * that multiplies by references, is found here.
	 */
	void begin() {
		if (++this.depth > MAX_DEPTH) {
			throw refused("it is nested deeper than " + MAX_DEPTH + " levels, or contains itself", null);
		}
		count(0);
	}

	void end() {
		this.depth--;
	}

	/**
	 * Counts a value, and what is made anew each time that it is referred to.
	 * @param size the bytes or characters of it
	 */
	void count(long size) {
		this.nodesLeft -= 1 + size / NODE_SIZE;
		if (this.nodesLeft < 0) {
			throw refused("its references make it too large", null);
		}
	}

	/**
	 * Makes the node of a scalar.
	 * @param value null, boolean, number, text, bytes, date, time, duration, UUID
	 * @return the node
	 */
	JsonNode scalar(@Nullable Object value) {
		count(0);
		if (value == null) {
			return NODES.nullNode();
		}
		if (value instanceof String text) {
			return NODES.stringNode(text);
		}
		if (value instanceof Boolean bool) {
			return NODES.booleanNode(bool);
		}
		if (value instanceof Number number && !(value instanceof BigDecimal)) {
			return number(number);
		}
		try {
			return typed(value);
		}
		catch (DateTimeException ex) {
			throw refused(String.valueOf(ex.getMessage()), ex);
		}
	}

	private static JsonNode number(Number number) {
		if (number instanceof Double floating) {
			return NODES.numberNode(floating);
		}
		if (number instanceof BigInteger integer && integer.bitLength() > 63) {
			return NODES.numberNode(integer);
		}
		long value = number.longValue();
		return (value == (int) value) ? NODES.numberNode((int) value) : NODES.numberNode(value);
	}

	private JsonNode typed(Object value) {
		if (value instanceof byte[] bytes) {
			return tagged("base64", Base64.getEncoder().encodeToString(bytes));
		}
		if (value instanceof OffsetDateTime time) {
			return tagged("datetime", PythonTimes.format(time));
		}
		if (value instanceof LocalDateTime time) {
			return tagged("datetime", PythonTimes.format(time));
		}
		if (value instanceof LocalDate date) {
			return tagged("date", PythonTimes.format(date));
		}
		if (value instanceof LocalTime time) {
			return tagged("time", PythonTimes.format(time));
		}
		if (value instanceof OffsetTime time) {
			return tagged("time", PythonTimes.format(time));
		}
		if (value instanceof BigDecimal decimal) {
			return tagged("decimal", decimal.toString());
		}
		if (value instanceof UUID uuid) {
			ObjectNode hex = NODES.objectNode().put("hex", uuid.toString().replace("-", ""));
			return NODES.objectNode().put(TaggedValues.TYPE, "uuid").set(TaggedValues.VALUE, hex);
		}
		if (value instanceof Duration duration) {
			return (duration.getNano() == 0) ? number(duration.getSeconds())
					: NODES.numberNode(duration.getSeconds() + duration.getNano() / 1e9);
		}
		throw refused("a " + value.getClass().getSimpleName() + " cannot be here", null);
	}

	private JsonNode tagged(String type, String value) {
		count(value.length());
		return NODES.objectNode().put(TaggedValues.TYPE, type).put(TaggedValues.VALUE, value);
	}

	/**
	 * Makes the name of an object's property of a key.
	 * @param key the key
	 * @return as Python's json module writes it
	 */
	String key(@Nullable Object key) {
		if (key instanceof String text) {
			return text;
		}
		if (key instanceof Double number) {
			return PythonNumbers.repr(number);
		}
		if (key == null || key instanceof Boolean || key instanceof Integer || key instanceof Long
				|| key instanceof BigInteger) {
			return String.valueOf(key);
		}
		throw refused("the key of a mapping is neither text nor number", null);
	}

	/**
	 * Makes the exception for a document that is not read.
	 * @param reason what is wrong with it
	 * @param cause the cause, or {@code null}
	 * @return the exception
	 */
	CelerySerializationException refused(String reason, @Nullable Throwable cause) {
		return new CelerySerializationException("Cannot read " + this.format + ": " + reason, cause);
	}

}
