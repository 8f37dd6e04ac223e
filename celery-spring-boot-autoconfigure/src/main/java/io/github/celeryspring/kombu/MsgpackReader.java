package io.github.celeryspring.kombu;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads msgpack as Python's {@code msgpack.unpackb} does. A size is believed only as far
 * as there are bytes. For one use.
 */
final class MsgpackReader {

	private final ByteBuffer in;

	private final TreeBuilder tree;

	private MsgpackReader(byte[] content) {
		this.in = ByteBuffer.wrap(content);
		this.tree = new TreeBuilder("msgpack", content.length);
	}

	static JsonNode read(byte[] content) {
		MsgpackReader reader = new MsgpackReader(content);
		try {
			JsonNode node = reader.node();
			if (reader.in.hasRemaining()) {
				throw reader.tree.refused("something follows the value", null);
			}
			return node;
		}
		catch (BufferUnderflowException ex) {
			throw reader.tree.refused("it ends too early", ex);
		}
		catch (CharacterCodingException ex) {
			throw reader.tree.refused("a text is not UTF-8", ex);
		}
		catch (DateTimeException | ArithmeticException ex) {
			throw reader.tree.refused("a timestamp is out of range", ex);
		}
	}

	private JsonNode node() throws CharacterCodingException {
		int code = this.in.get() & 0xff;
		int kind = code >> 4;
		if (kind == 0x8) {
			return map(code & 0xf);
		}
		if (kind == 0x9) {
			return array(code & 0xf);
		}
		return switch (code) {
			case 0xdc -> array(this.in.getShort() & 0xffffL);
			case 0xdd -> array(this.in.getInt() & 0xffff_ffffL);
			case 0xde -> map(this.in.getShort() & 0xffffL);
			case 0xdf -> map(this.in.getInt() & 0xffff_ffffL);
			default -> this.tree.scalar(scalar(code));
		};
	}

	private ArrayNode array(long size) throws CharacterCodingException {
		this.tree.begin();
		ArrayNode array = this.tree.array();
		for (long i = 0; i < size; i++) {
			array.add(node());
		}
		this.tree.end();
		return array;
	}

	private ObjectNode map(long size) throws CharacterCodingException {
		this.tree.begin();
		ObjectNode map = this.tree.object();
		for (long i = 0; i < size; i++) {
			String key = this.tree.key(scalar(this.in.get() & 0xff));
			map.set(key, node());
		}
		this.tree.end();
		return map;
	}

	private @Nullable Object scalar(int code) throws CharacterCodingException {
		if (code < 0x80 || code >= 0xe0) {
			return (int) (byte) code;
		}
		if (code >> 5 == 0x5) {
			return text(code & 0x1f);
		}
		return switch (code) {
			case 0xc0 -> null;
			case 0xc2 -> Boolean.FALSE;
			case 0xc3 -> Boolean.TRUE;
			case 0xc4, 0xc5, 0xc6 -> bytes(size(code - 0xc4));
			case 0xc7, 0xc8, 0xc9 -> extension(size(code - 0xc7));
			case 0xca -> (double) this.in.getFloat();
			case 0xcb -> this.in.getDouble();
			case 0xcc, 0xcd, 0xce -> size(code - 0xcc);
			case 0xcf -> new BigInteger(1, bytes(8));
			case 0xd0 -> (int) this.in.get();
			case 0xd1 -> (int) this.in.getShort();
			case 0xd2 -> this.in.getInt();
			case 0xd3 -> this.in.getLong();
			case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> extension(1L << (code - 0xd4));
			case 0xd9, 0xda, 0xdb -> text(size(code - 0xd9));
			default ->
				throw this.tree.refused("a key is a list or mapping, or there is a code that msgpack has not", null);
		};
	}

	/** An unsigned number of one, two or four bytes. */
	private long size(int power) {
		return switch (power) {
			case 0 -> this.in.get() & 0xffL;
			case 1 -> this.in.getShort() & 0xffffL;
			default -> this.in.getInt() & 0xffff_ffffL;
		};
	}

	private byte[] bytes(long size) {
		if (size > this.in.remaining()) {
			throw new BufferUnderflowException();
		}
		byte[] bytes = new byte[(int) size];
		this.in.get(bytes);
		return bytes;
	}

	private String text(long size) throws CharacterCodingException {
		if (size > this.in.remaining()) {
			throw new BufferUnderflowException();
		}
		ByteBuffer part = this.in.slice().limit((int) size);
		this.in.position(this.in.position() + (int) size);
		return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
	}

	private Object extension(long size) {
		int type = this.in.get();
		ByteBuffer content = ByteBuffer.wrap(bytes(size));
		if (type != -1 || (size != 4 && size != 8 && size != 12)) {
			throw this.tree.refused("there is an extension of type " + type + ", not a timestamp", null);
		}
		long nanos = 0;
		long seconds;
		if (size == 4) {
			seconds = content.getInt() & 0xffff_ffffL;
		}
		else if (size == 8) {
			long both = content.getLong();
			nanos = both >>> 34;
			seconds = both & 0x3_ffff_ffffL;
		}
		else {
			nanos = content.getInt() & 0xffff_ffffL;
			seconds = content.getLong();
		}
		return Instant.ofEpochSecond(seconds, nanos).atOffset(ZoneOffset.UTC);
	}

}
