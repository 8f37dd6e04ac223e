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
 * @since 0.1.0
 */
public record TaskMessage(TaskHeaders headers, TaskBody body, DeliveryInfo deliveryInfo, int priority,
		@Nullable String replyTo) {

}
