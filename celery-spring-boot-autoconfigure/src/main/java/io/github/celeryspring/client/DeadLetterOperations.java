package io.github.celeryspring.client;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import io.github.celeryspring.kombu.DeadLetter;

/**
 * Looks after messages that no worker could process. The dead letters of queue {@code q}
 * are in queue {@code q.dlq}, which others, in Python too, may consume at the same time:
 * a letter that somebody else took is no longer there, and nothing happens to it here.
 * Thread-safe. Every method blocks until Redis has answered, with a deadline. All throw
 * {@link io.github.celeryspring.BrokerUnavailableException} if Redis did not answer in
 * time; whether the last letter was replayed or removed is unknown then, but it is never
 * in both queues or in none.
 *
 * @since 0.1.0
 */
public interface DeadLetterOperations {

	/**
	 * Counts the letters of a queue.
	 * @param queue the queue that the messages were taken from
	 * @return the number
	 */
	long count(String queue);

	/**
	 * Lists letters without taking them.
	 * @param queue the queue that the messages were taken from
	 * @param offset how many of the newest to skip
	 * @param limit how many at most, from 1
	 * @return the letters, the newest first
	 */
	List<DeadLetter> list(String queue, long offset, int limit);

	/**
	 * Finds a letter by its id, reading through the whole queue if need be.
	 * @param queue the queue that the message was taken from
	 * @param letterId the id, from {@link DeadLetter#id()}
	 * @return the letter, if it is still there
	 */
	Optional<DeadLetter> find(String queue, String letterId);

	/**
	 * Puts a message back into the queue that it came from, with the priority that it
	 * had, as if it was sent now.
	 * @param letter the letter
	 * @return whether it was still there
	 * @throws io.github.celeryspring.InvalidMessageException if the letter does not hold
	 * a message of kombu, so that a peer could be hurt by it
	 */
	boolean replay(DeadLetter letter);

	/**
	 * Puts a message into another queue.
	 * @param letter the letter
	 * @param targetQueue the queue
	 * @return whether it was still there
	 * @throws io.github.celeryspring.InvalidMessageException if the letter does not hold
	 * a message of kombu, so that a peer could be hurt by it
	 */
	boolean replay(DeadLetter letter, String targetQueue);

	/**
	 * Puts messages back into the queue that they came from, the oldest first. What comes
	 * to the dead letters meanwhile is not touched, nor is what could hurt a peer: such a
	 * message, if it is one of kombu at all, is put back one by one.
	 * @param queue the queue
	 * @param which the letters that are meant
	 * @return how many were put back
	 */
	long replayAll(String queue, Predicate<DeadLetter> which);

	/**
	 * Deletes a letter.
	 * @param letter the letter
	 * @return whether it was still there
	 */
	boolean remove(DeadLetter letter);

	/**
	 * Deletes all letters of a queue.
	 * @param queue the queue that the messages were taken from
	 * @return how many there were
	 */
	long purge(String queue);

}
