package io.github.celeryspring.protocol;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Makes ids: random UUIDs (version 4) as text, for tasks, delivery tags and clients. As
 * unpredictable as {@link UUID#randomUUID()}, since an application may hand a task id out
 * as the key to its result, but faster: {@link SecureRandom} is asked for many at a time,
 * and threads seldom wait for each other. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TaskIds {

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final Block[] BLOCKS = new Block[16];

	static {
		for (int i = 0; i < BLOCKS.length; i++) {
			BLOCKS[i] = new Block();
		}
	}

	private TaskIds() {
	}

	/**
	 * Makes a new id.
	 * @return such as {@code 7c7de1be-d2c0-4919-867b-1e7ab50a385f}
	 */
	@SuppressWarnings("deprecation") // threadId() needs JDK 19
	public static String next() {
		return BLOCKS[(int) Thread.currentThread().getId() & (BLOCKS.length - 1)].next();
	}

	/**
	 * Random bytes for the next ids. Held for a moment only, so that a virtual thread may
	 * wait for it.
	 */
	private static final class Block {

		private final ByteBuffer bytes = ByteBuffer.allocate(2048);

		Block() {
			this.bytes.position(this.bytes.limit());
		}

		String next() {
			long high;
			long low;
			synchronized (this) {
				if (!this.bytes.hasRemaining()) {
					RANDOM.nextBytes(this.bytes.array());
					this.bytes.rewind();
				}
				high = this.bytes.getLong();
				low = this.bytes.getLong();
			}
			return new UUID((high & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L, (low & 0x3FFF_FFFF_FFFF_FFFFL) | (1L << 63))
				.toString();
		}

	}

}
