package io.github.celeryspring.security;

import java.util.Arrays;

/**
 * The parts of a message, with the bytes 0 and 1 between them. For one use; all throw
 * {@link IndexOutOfBoundsException} at the end.
 */
final class Fields {

	private final byte[] content;

	private int position;

	Fields(byte[] content) {
		this.content = content;
	}

	/** Up to the next separator. */
	byte[] next() {
		int length = 0;
		while (!isSeparator(this.position + length)) {
			length++;
		}
		return next(length);
	}

	/** As many bytes, and the separator behind them. */
	byte[] next(int length) {
		int start = this.position;
		if (!isSeparator(start + length)) {
			throw new IndexOutOfBoundsException();
		}
		this.position = start + length + 2;
		return Arrays.copyOfRange(this.content, start, start + length);
	}

	byte[] rest() {
		return Arrays.copyOfRange(this.content, this.position, this.content.length);
	}

	private boolean isSeparator(int index) {
		return this.content[index] == 0 && this.content[index + 1] == 1;
	}

}
