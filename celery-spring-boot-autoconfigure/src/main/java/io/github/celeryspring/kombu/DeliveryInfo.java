package io.github.celeryspring.kombu;

/**
 * Where a message is sent: {@code properties.delivery_info} of kombu's envelope.
 *
 * @param exchange the exchange; empty for the default exchange, where the routing key is
 * the queue
 * @param routingKey the routing key
 * @param redelivered whether the message was given back by an earlier consumer
 * @since 0.1.0
 */
public record DeliveryInfo(String exchange, String routingKey, boolean redelivered) {

	/**
	 * The way to one queue through the default exchange.
	 * @param queue the name of the queue
	 * @return the delivery info
	 */
	public static DeliveryInfo toQueue(String queue) {
		return new DeliveryInfo("", queue, false);
	}

}
