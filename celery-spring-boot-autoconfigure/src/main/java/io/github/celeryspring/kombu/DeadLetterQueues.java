package io.github.celeryspring.kombu;

import java.util.List;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Looks after the dead letters of a transport. A dead-letter queue is an ordinary queue,
 * which others may consume at the same time: whatever is done to a letter here is done in
 * one step, and only if the letter is still there. Nothing blocks, and nothing is tried
 * again. Counted and emptied like any queue, by {@link BrokerTransport#size} and
 * {@link BrokerTransport#purge}.
 *
 * @since 0.1.0
 */
public interface DeadLetterQueues {

	/** Ends the name of a dead-letter queue. */
	String SUFFIX = ".dlq";

	/**
	 * What becomes of messages that nobody can process.
	 * @return the policy of the transport
	 */
	DeadLetterPolicy policy();

	/**
	 * Reads letters without taking them.
	 * @param queue the queue that the messages were taken from
	 * @param offset how many of the newest to skip
	 * @param limit how many at most
	 * @return the letters, the newest first
	 */
	CompletionStage<List<DeadLetter>> newest(String queue, long offset, int limit);

	/**
	 * Reads letters without taking them.
	 * @param queue the queue that the messages were taken from
	 * @param offset how many of the oldest to skip
	 * @param limit how many at most
	 * @return the letters, the oldest first
	 */
	CompletionStage<List<DeadLetter>> oldest(String queue, long offset, int limit);

	/**
	 * Puts the message of a letter into a queue again, as new: without the headers of the
	 * letter, not marked as redelivered, its deliveries counted from the beginning.
	 * @param letter the letter
	 * @param queue where to, or {@code null} for where it came from
	 * @return completes with whether the letter was still there
	 * @throws io.github.celeryspring.InvalidMessageException if what the letter holds is
	 * no message, so that a peer could be hurt by it
	 */
	CompletionStage<Boolean> replay(DeadLetter letter, @Nullable String queue);

	/**
	 * Deletes a letter.
	 * @param letter the letter
	 * @return completes with whether it was still there
	 */
	CompletionStage<Boolean> remove(DeadLetter letter);

}
