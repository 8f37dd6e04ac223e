package io.github.celeryspring.protocol;

import java.util.Map;

import io.github.celeryspring.kombu.DeliveryInfo;
import org.jspecify.annotations.Nullable;

/**
 * A task message, decoded.
 *
 * @param headers who, what, when
 * @param body the arguments, and what follows
 * @param deliveryInfo where it is sent, or came from
 * @param priority as requested
 * @param replyTo the client's id, or {@code null}
 * @param serializer name of the serializer of the body, or {@code null} for the default;
 * of a received message not told
 * @param compression name of the compression of the body, or {@code null} for the
 * default; of a received message not told
 * @param properties properties of the message that have no name here
 * @since 0.1.0
 */
public record TaskMessage(TaskHeaders headers, TaskBody body, DeliveryInfo deliveryInfo, int priority,
		@Nullable String replyTo, @Nullable String serializer, @Nullable String compression,
		Map<String, @Nullable Object> properties) {

	/**
	 * A message with the default serializer and compression.
	 * @param headers who, what, when
	 * @param body the arguments, and what follows
	 * @param deliveryInfo where it is sent
	 * @param priority as requested
	 * @param replyTo the client's id, or {@code null}
	 */
	public TaskMessage(TaskHeaders headers, TaskBody body, DeliveryInfo deliveryInfo, int priority,
			@Nullable String replyTo) {
		this(headers, body, deliveryInfo, priority, replyTo, null, null, Map.of());
	}

}
