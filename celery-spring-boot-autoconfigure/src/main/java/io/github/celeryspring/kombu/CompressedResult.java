package io.github.celeryspring.kombu;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A stored result that says how it is compressed, as Celery since 5.7 writes it: a mark,
 * the content type of the compression, a zero, and the compressed content.
 *
 * @param compression the content type of the compression
 * @param content the compressed content
 */
record CompressedResult(String compression, byte[] content) {

	/** No serializer begins with a zero. */
	private static final byte[] MARK = "\0celery-compressed\0".getBytes(StandardCharsets.US_ASCII);

	static boolean is(byte[] stored) {
		return stored.length > MARK.length && stored[0] == 0
				&& Arrays.equals(stored, 0, MARK.length, MARK, 0, MARK.length);
	}

	static CompressedResult of(byte[] stored) {
		int end = MARK.length;
		while (end < stored.length && stored[end] != 0) {
			end++;
		}
		String compression = new String(stored, MARK.length, end - MARK.length, StandardCharsets.UTF_8);
		return new CompressedResult(compression,
				Arrays.copyOfRange(stored, Math.min(end + 1, stored.length), stored.length));
	}

	byte[] toStored() {
		byte[] type = (this.compression + '\0').getBytes(StandardCharsets.US_ASCII);
		byte[] stored = Arrays.copyOf(MARK, MARK.length + type.length + this.content.length);
		System.arraycopy(type, 0, stored, MARK.length, type.length);
		System.arraycopy(this.content, 0, stored, MARK.length + type.length, this.content.length);
		return stored;
	}

}
