package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;

/**
 * Finds the lists and channels that messages go to. Thread-safe. Counterpart of
 * {@code kombu.transport.virtual.Channel.basic_publish}.
 */
final class MessageRouter {

	private final KombuMessageCodec codec;

	private final KombuKeys keys;

	private final BindingTable bindings;

	private final FanoutChannels channels;

	MessageRouter(KombuMessageCodec codec, KombuKeys keys, BindingTable bindings, FanoutChannels channels) {
		this.codec = codec;
		this.keys = keys;
		this.bindings = bindings;
		this.channels = channels;
	}

	/**
	 * Encodes messages.
	 * @throws io.github.celeryspring.InvalidMessageException if any is invalid
	 */
	List<Encoded> encode(List<KombuMessage> messages) {
		List<Encoded> encoded = new ArrayList<>(messages.size());
		messages.forEach((message) -> encoded.add(new Encoded(message.properties(), this.codec.encode(message))));
		return encoded;
	}

	/**
	 * Finds out where messages go.
	 * @return completes with all of them, exceptionally if no queue would get one
	 */
	CompletableFuture<PublishBatch> route(List<Encoded> messages) {
		PublishBatch batch = new PublishBatch();
		CompletableFuture<?> routed = CompletableFuture.completedFuture(null);
		for (Encoded message : messages) {
			DeliveryInfo info = message.info();
			if (this.channels.isFanout(info.exchange())) {
				batch.addBroadcast(KombuKeys.bytes(this.channels.channel(info.exchange(), info.routingKey())),
						message.bytes());
			}
			else if (info.exchange().isEmpty() && routed.isDone()) {
				add(batch, this.bindings.ofDefaultExchange(info.routingKey()), message);
			}
			else {
				routed = routed.thenCompose((before) -> lookup(message))
					.thenAccept((queues) -> add(batch, queues, message));
			}
		}
		return routed.thenApply((done) -> batch);
	}

	/**
	 * Queues of transient messages come and go: replies to commands of remote control.
	 */
	private CompletableFuture<Set<String>> lookup(Encoded message) {
		DeliveryInfo info = message.info();
		return (message.properties().deliveryMode() == MessageProperties.PERSISTENT)
				? this.bindings.lookup(info.exchange(), info.routingKey())
				: this.bindings.lookupNow(info.exchange(), info.routingKey());
	}

	private void add(PublishBatch batch, Set<String> queues, Encoded message) {
		DeliveryInfo info = message.info();
		if (queues.isEmpty()) {
			throw new CeleryException("No queue is bound to exchange '" + info.exchange() + "' with routing key '"
					+ info.routingKey() + "', and nothing was published");
		}
		for (String queue : queues) {
			if (info.exchange().isEmpty()) {
				this.bindings.mention(queue);
			}
			batch.add(this.keys.list(queue, message.priority()), message.bytes());
			Duration expires = this.bindings.expires(queue);
			if (expires != null) {
				batch.expire(this.keys.lists(queue), expires.toMillis());
			}
		}
	}

	/**
	 * A message in its envelope.
	 *
	 * @param properties its properties
	 * @param bytes the envelope
	 */
	record Encoded(MessageProperties properties, byte[] bytes) {

		DeliveryInfo info() {
			return this.properties.deliveryInfo();
		}

		int priority() {
			return this.properties.priority();
		}

	}

}
