package io.github.celeryspring.kombu;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * {@code properties} of kombu's envelope.
 *
 * @param correlationId the task id, or {@code null}
 * @param replyTo the client's id, possibly empty, or {@code null}
 * @param deliveryMode 2 for persistent, 1 for transient; without meaning on Redis
 * @param deliveryInfo where the message is sent
 * @param priority as requested, 0 (the most urgent on Redis) upwards
 * @param deliveryTag unique per message; a Python worker dies without it
 * @param expiration milliseconds as decimal text, or {@code null}
 * @param others properties of other producers, kept as they are
 * @since 0.1.0
 */
public record MessageProperties(@Nullable String correlationId, @Nullable String replyTo, int deliveryMode,
		DeliveryInfo deliveryInfo, int priority, String deliveryTag, @Nullable String expiration,
		Map<String, @Nullable Object> others) {

	/** Delivery mode of everything that Celery sends unless told otherwise. */
	public static final int PERSISTENT = 2;

	/**
	 * The same properties, marked as redelivered.
	 * @return the copy
	 */
	public MessageProperties redelivered() {
		DeliveryInfo info = new DeliveryInfo(this.deliveryInfo.exchange(), this.deliveryInfo.routingKey(), true);
		return new MessageProperties(this.correlationId, this.replyTo, this.deliveryMode, info, this.priority,
				this.deliveryTag, this.expiration, this.others);
	}

}
