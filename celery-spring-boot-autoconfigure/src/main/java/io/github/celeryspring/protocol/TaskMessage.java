package io.github.celeryspring.protocol;

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
 * @param serializer how it is to be serialized, or {@code null} as is configured; always
 * {@code null} in what was received
 * @param compression how it is to be compressed, or {@code null} as is configured; always
 * {@code null} in what was received
 * @since 0.1.0
 */
public record TaskMessage(TaskHeaders headers, TaskBody body, DeliveryInfo deliveryInfo, int priority,
		@Nullable String replyTo, @Nullable String serializer, @Nullable String compression) {

	/**
	 * A message that is serialized and compressed as is configured.
	 * @param headers who, what, when
	 * @param body the arguments, and what follows
	 * @param deliveryInfo where it is sent, or came from
	 * @param priority as requested
	 * @param replyTo the client's id, or {@code null}
	 */
	public TaskMessage(TaskHeaders headers, TaskBody body, DeliveryInfo deliveryInfo, int priority,
			@Nullable String replyTo) {
		this(headers, body, deliveryInfo, priority, replyTo, null, null);
	}

}
