package io.github.celeryspring.kombu;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Map;

import io.github.celeryspring.CelerySerializationException;
import tools.jackson.databind.JsonNode;

/**
 * Writes a tree as Python's {@code msgpack.packb} does: each value in the shortest form.
 * For one use.
 */
final class MsgpackWriter {

	private static final BigInteger MAX_UNSIGNED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

	private final DataOutputStream out = new DataOutputStream(this.bytes);

	private MsgpackWriter() {
	}

	static byte[] write(JsonNode tree) {
		MsgpackWriter writer = new MsgpackWriter();
		try {
			writer.node(tree);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return writer.bytes.toByteArray();
	}

	private void node(JsonNode node) throws IOException {
		switch (node.getNodeType()) {
			case NULL, MISSING -> this.out.write(0xc0);
			case BOOLEAN -> this.out.write(node.booleanValue() ? 0xc3 : 0xc2);
			case STRING -> text(node.stringValue());
			case NUMBER -> number(node);
			case ARRAY -> {
				header(node.size(), 0x90, 15, 0xdc);
				for (JsonNode element : node) {
					node(element);
				}
			}
			case OBJECT -> object(node);
			default -> throw refused("a " + node.getNodeType());
		}
	}

	private void object(JsonNode object) throws IOException {
		Object typed = ContentTrees.typed(object);
		if (typed != null) {
			typed(typed);
			return;
		}
		header(object.size(), 0x80, 15, 0xde);
		for (Map.Entry<String, JsonNode> property : object.properties()) {
			text(property.getKey());
			node(property.getValue());
		}
	}

	private void typed(Object value) throws IOException {
		if (value instanceof byte[] content) {
			header(content.length, 0xc4);
			this.out.write(content);
		}
		else if (value instanceof OffsetDateTime time) {
			timestamp(time.toInstant());
		}
		else if (value instanceof LocalDateTime time) {
			text(PythonTimes.format(time));
		}
		else if (value instanceof LocalDate date) {
			text(PythonTimes.format(date));
		}
		else if (value instanceof LocalTime time) {
			text(PythonTimes.format(time));
		}
		else if (value instanceof OffsetTime time) {
			text(PythonTimes.format(time));
		}
		else {
			text(value.toString());
		}
	}

	private void timestamp(Instant time) throws IOException {
		long seconds = time.getEpochSecond();
		int nanos = time.getNano();
		if (seconds < 0 || seconds >>> 34 != 0) {
			this.out.write(new byte[] { (byte) 0xc7, 12, -1 });
			this.out.writeInt(nanos);
			this.out.writeLong(seconds);
		}
		else if (nanos == 0 && seconds >>> 32 == 0) {
			this.out.write(new byte[] { (byte) 0xd6, -1 });
			this.out.writeInt((int) seconds);
		}
		else {
			this.out.write(new byte[] { (byte) 0xd7, -1 });
			this.out.writeLong((long) nanos << 34 | seconds);
		}
	}

	private void text(String text) throws IOException {
		byte[] content = ContentTrees.utf8("msgpack", text);
		if (content.length < 32) {
			this.out.write(0xa0 | content.length);
		}
		else {
			header(content.length, 0xd9);
		}
		this.out.write(content);
	}

	private void number(JsonNode number) throws IOException {
		if (!number.isIntegralNumber()) {
			this.out.write(0xcb);
			this.out.writeDouble(ContentTrees.floating(number));
			return;
		}
		BigInteger value = number.bigIntegerValue();
		if (value.bitLength() < 64) {
			integer(value.longValue());
		}
		else if (value.signum() > 0 && value.compareTo(MAX_UNSIGNED) <= 0) {
			this.out.write(0xcf);
			this.out.writeLong(value.longValue());
		}
		else {
			throw refused("an integer of more than 64 bits");
		}
	}

	private void integer(long value) throws IOException {
		if (value >= -32 && value < 128) {
			this.out.write((int) value);
			return;
		}
		// Unsigned from 0 on: cc to cf; d0 to d3 below.
		int code = (value >= 0) ? 0xcc : 0xd0;
		int bits = 64 - Long.numberOfLeadingZeros((value >= 0) ? value : ~value) + ((value >= 0) ? 0 : 1);
		if (bits <= 8) {
			this.out.write(code);
			this.out.writeByte((int) value);
		}
		else if (bits <= 16) {
			this.out.write(code + 1);
			this.out.writeShort((int) value);
		}
		else if (bits <= 32) {
			this.out.write(code + 2);
			this.out.writeInt((int) value);
		}
		else {
			this.out.write(code + 3);
			this.out.writeLong(value);
		}
	}

	/** The size in the code itself, or in two or four bytes. */
	private void header(int size, int smallCode, int smallest, int code) throws IOException {
		if (size <= smallest) {
			this.out.write(smallCode | size);
		}
		else {
			sized(size, code);
		}
	}

	/** The size in one, two or four bytes. */
	private void header(int size, int code) throws IOException {
		if (size < 0x100) {
			this.out.write(code);
			this.out.write(size);
		}
		else {
			sized(size, code + 1);
		}
	}

	private void sized(int size, int code) throws IOException {
		if (size < 0x10000) {
			this.out.write(code);
			this.out.writeShort(size);
		}
		else {
			this.out.write(code + 1);
			this.out.writeInt(size);
		}
	}

	private static CelerySerializationException refused(String what) {
		return new CelerySerializationException("Cannot write msgpack: it cannot hold " + what, null);
	}

}
