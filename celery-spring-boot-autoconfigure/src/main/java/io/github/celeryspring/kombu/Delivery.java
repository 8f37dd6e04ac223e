package io.github.celeryspring.kombu;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One message taken from a queue and not yet settled. Exactly one of the settling methods
 * ({@code ack, reject, requeue, release, park, deadLetter}) should be called; a second
 * call has no effect and returns a completed stage. All methods are thread-safe, do not
 * block, and are retried inside until Redis has taken them or the transport is closed.
 *
 * @since 0.1.0
 */
public interface Delivery {

	/**
	 * The delivery tag: key of the message in {@code unacked}. It is ours, not
	 * {@code properties.delivery_tag}.
	 * @return the tag
	 */
	String tag();

	/**
	 * The queue it came from.
	 * @return the name, without prefix and priority step
	 */
	String queue();

	/**
	 * The raw envelope.
	 * @return the bytes; not to be changed
	 */
	byte[] payload();

	/**
	 * The message in the envelope.
	 * @return the message, read anew by each call, unless this side has written it
	 * @throws io.github.celeryspring.InvalidMessageException if it is no envelope
	 */
	default KombuMessage message() {
		return new KombuMessageCodec().decode(payload());
	}

	/**
	 * Whether another consumer may have been given the message meanwhile.
	 * @return whether the lease was lost; settling is then without effect
	 */
	boolean leaseLost();

	/**
	 * Notes that a message which is marked as redelivered is about to be begun once more.
	 * Counted in Redis by tag, so that repeating the call counts nothing twice; the count
	 * is of what Java workers see, and outlives them. It is forgotten when the message is
	 * acknowledged or dead-lettered, and does not have this delivery any more when the
	 * message is given back by {@link #requeue()} or {@link #release()}.
	 * @param messageId what stays the same over all deliveries: the id of the task
	 * @return completes with the number of deliveries, the first one and this one
	 * included, from 2
	 */
	CompletionStage<Integer> countDelivery(String messageId);

	/**
	 * Settles it as done.
	 * @return completes when Redis has forgotten the message
	 */
	CompletionStage<Void> ack();

	/**
	 * Settles it as done and publishes what follows it, both in one step: the followers
	 * are published exactly once, unless another consumer has been given the message,
	 * which then publishes its own. They are encoded before this returns.
	 * <p>
	 * If it fails for good, as when no queue is bound to an exchange, nothing has
	 * happened, the lease goes on, and the message may be settled in another way.
	 * @param followers the messages, possibly none; published in this order
	 * @return completes when Redis has forgotten the message, with whether it is known
	 * that this has published the followers: another consumer may have been given the
	 * message
	 * @throws io.github.celeryspring.InvalidMessageException if any follower is invalid;
	 * nothing is settled then
	 */
	CompletionStage<Boolean> ack(List<KombuMessage> followers);

	/**
	 * As {@link #ack(List)}, and goes on with what follows: if that is one message, for a
	 * queue of the consumer that took this one, and nothing waits in any of that
	 * consumer's queues, it does not come to stand in its queue. In the same step it is
	 * recorded as unacknowledged, as if it had been published and taken at once. A
	 * transport may decide not to.
	 * @param followers the messages, possibly none; published in this order
	 * @param next given what was taken, before the stage completes; must not block
	 * @return completes as that of {@link #ack(List)}: a message that was taken counts as
	 * published
	 * @throws io.github.celeryspring.InvalidMessageException if any follower is invalid;
	 * nothing is settled then
	 */
	default CompletionStage<Boolean> ack(List<KombuMessage> followers, Consumer<Delivery> next) {
		return ack(followers);
	}

	/**
	 * Drops it: on Redis the same as {@link #ack()}.
	 * @return completes when Redis has forgotten the message
	 */
	CompletionStage<Void> reject();

	/**
	 * Puts it at the back of its queue, marked as redelivered. kombu's
	 * {@code reject(requeue=True)}.
	 * @return completes when it is there
	 */
	CompletionStage<Void> requeue();

	/**
	 * Puts it back unchanged as the next one to be taken, because nobody began it.
	 * @return completes when it is there
	 */
	CompletionStage<Void> release();

	/**
	 * Leaves it with Redis until it is due, holding no memory here: any peer, Python or
	 * Java, gives it back to its queue then.
	 * @param due when to deliver it again
	 * @return completes when it is parked
	 */
	CompletionStage<Void> park(Instant due);

	/**
	 * Moves it to the dead-letter queue {@code <queue>.dlq} in one step, which may drop
	 * old letters there; or only acknowledges it, as the {@link DeadLetterPolicy} says.
	 * @param letter what to put there: usually the message with the reason in its headers
	 * @return completes when it is there
	 */
	CompletionStage<Void> deadLetter(KombuMessage letter);

	/**
	 * As {@link #deadLetter(KombuMessage)}, and publishes what follows the message in the
	 * same step; see {@link #ack(List)}.
	 * @param letter what to put to the dead letters
	 * @param followers the messages, possibly none; published in this order
	 * @return completes when both are there, with whether it is known that this has
	 * published the followers
	 * @throws io.github.celeryspring.InvalidMessageException if any follower is invalid;
	 * nothing is settled then
	 */
	CompletionStage<Boolean> deadLetter(KombuMessage letter, List<KombuMessage> followers);

}
