package io.github.celeryspring.kombu;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Moves messages to and from queues. All methods may be called by any thread and none
 * blocks on the network, {@link #openConsumer} excepted. Counterpart of
 * {@code kombu.transport.virtual.Channel}.
 *
 * @since 0.1.0
 */
public interface BrokerTransport extends AutoCloseable {

	/**
	 * Makes sure that the binding of the queue is known to other peers. Idempotent.
	 * @param queue the queue
	 * @return completes when Redis has it
	 */
	CompletionStage<Void> declare(CeleryQueue queue);

	/**
	 * Tells how a queue is bound. Redis is told before the first message goes to the
	 * queue or to one of its exchanges, and again once in a while.
	 * @param queue the queue
	 */
	void introduce(CeleryQueue queue);

	/**
	 * Tells the type of an exchange, which is nowhere in Redis. What is published to a
	 * fanout exchange goes to its subscribers and into no queue. Declaring a queue does
	 * this for its exchange.
	 * @param exchange the exchange
	 */
	void declare(CeleryExchange exchange);

	/**
	 * Listens to a fanout exchange, from the moment on that Redis has confirmed it;
	 * subscribes again after every reconnect. What is published meanwhile is missed, as
	 * it is in Python.
	 * @param exchange the exchange, of type fanout
	 * @param routingPattern which messages: a routing key in which {@code #} and
	 * {@code *} stand for any text, even with dots; empty for messages without one. Means
	 * nothing without {@code fanout_patterns}
	 * @param listener gets the encoded messages in order, one at a time, on a thread of
	 * its own, where it may block
	 * @return the subscription; the caller closes it, or the transport does
	 */
	FanoutSubscription subscribe(CeleryExchange exchange, String routingPattern, Consumer<byte[]> listener);

	/**
	 * Pushes one message once: no retry here, so that a caller decides about doubles. The
	 * message is encoded, and refused if it is invalid, before this returns.
	 * @param message the message; its delivery info says where it goes
	 * @return completes when Redis has it, or exceptionally
	 * @throws io.github.celeryspring.InvalidMessageException if a peer could be hurt by
	 * it
	 */
	CompletionStage<Void> publish(KombuMessage message);

	/**
	 * Pushes many messages with as few commands as possible. Order within a queue and
	 * priority is kept.
	 * @param messages the messages, possibly none
	 * @return completes when Redis has all, exceptionally if any failed
	 * @throws io.github.celeryspring.InvalidMessageException if any is invalid; then none
	 * was pushed
	 */
	CompletionStage<Void> publishAll(List<KombuMessage> messages);

	/**
	 * Opens a consumer with a connection of its own. Does not wait for Redis: a consumer
	 * connects, and reconnects, inside {@link QueueConsumer#poll}. A queue of a fanout
	 * exchange is heard as by {@link #subscribe}; its messages are in no list, so
	 * settling them ends nothing in Redis, and those that the consumer has no room for
	 * are lost.
	 * @param queues the queues, at least one, in order of preference
	 * @param options how to consume
	 * @return the consumer; the caller closes it
	 */
	QueueConsumer openConsumer(Collection<CeleryQueue> queues, ConsumerOptions options);

	/**
	 * Opens a queue for replies to the caller. What is published with priority 0 and
	 * delivery mode 1 to its exchange with its routing key arrives there at once.
	 * @param queue the queue, whose name nobody else uses
	 * @return completes with the queue when peers can find it; the caller closes it
	 */
	CompletionStage<ReplyQueue> openReplies(CeleryQueue queue);

	/**
	 * Counts the waiting messages of a queue over all priorities.
	 * @param queue the name of the queue
	 * @return the number, 0 for a queue that does not exist
	 */
	CompletionStage<Long> size(String queue);

	/**
	 * Deletes the waiting messages of a queue. Messages in flight are not touched.
	 * @param queue the name of the queue
	 * @return how many there were
	 */
	CompletionStage<Long> purge(String queue);

	/**
	 * Describes the connection, without passwords, as {@code kombu.Connection.info()}.
	 * @return values by kombu's names, possibly none
	 */
	default Map<String, @Nullable Object> info() {
		return Map.of();
	}

	/**
	 * Looks after messages that could not be processed.
	 * @return the same at every call
	 */
	DeadLetterQueues deadLetters();

	/**
	 * Writes what is pending (acks), then releases threads. Connections belong to whoever
	 * made them. Idempotent.
	 */
	@Override
	void close();

}
