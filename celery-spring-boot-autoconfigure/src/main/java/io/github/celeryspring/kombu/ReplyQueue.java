package io.github.celeryspring.kombu;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A queue of its owner alone, bound while it is open. What is taken from it is not
 * acknowledged: who waits for a reply is there, or nobody is. Thread-safe.
 *
 * @since 0.1.0
 */
public interface ReplyQueue extends AutoCloseable {

	/**
	 * Takes what is there, without waiting.
	 * @param max how many messages at most, from 1
	 * @return completes with the encoded messages, the oldest first, possibly none
	 */
	CompletionStage<List<byte[]>> take(int max);

	/**
	 * Deletes the queue and its binding, without waiting for Redis.
	 */
	@Override
	void close();

}
