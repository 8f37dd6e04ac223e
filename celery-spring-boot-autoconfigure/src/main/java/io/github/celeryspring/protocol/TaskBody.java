package io.github.celeryspring.protocol;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The body of a task message. The values are whatever the serializer can write when the
 * message is to be sent, and {@code JsonNode}s when it was received.
 *
 * @param args positional arguments
 * @param kwargs keyword arguments, in order
 * @param embed what follows the task
 * @since 0.1.0
 */
public record TaskBody(List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs,
		TaskEmbed embed) {

}
