package io.github.celeryspring.kombu;

import java.util.Map;
import java.util.Set;

import io.github.celeryspring.InvalidMessageException;
import org.jspecify.annotations.Nullable;

/**
 * What every message must have so that no Python worker dies of it: kombu reads these
 * keys without asking whether they are there.
 */
final class EnvelopeRules {

	private static final Set<String> PROPERTIES = Set.of("correlation_id", "reply_to", "delivery_mode", "expiration",
			"delivery_info", "priority", "body_encoding", "delivery_tag");

	private EnvelopeRules() {
	}

	static void check(KombuMessage message) {
		require(message.body() != null, "it has no body");
		require(hasText(message.contentType()), "its content type is empty");
		require(hasText(message.contentEncoding()), "its content encoding is empty");
		checkHeaders(message.headers());
		checkProperties(message.properties());
	}

	private static void checkHeaders(Map<String, @Nullable Object> headers) {
		if (headers.containsKey("task")) {
			require(headers.get("task") instanceof String task && hasText(task), "its header 'task' is not a text");
			require(headers.get("id") instanceof String id && hasText(id),
					"it has a header 'task', but its header 'id' is not a text");
		}
	}

	private static void checkProperties(MessageProperties properties) {
		require(hasText(properties.deliveryTag()), "its delivery tag is empty");
		require(properties.deliveryInfo() != null, "it has no delivery info");
		checkKey("exchange", properties.deliveryInfo().exchange());
		checkKey("routing key", properties.deliveryInfo().routingKey());
		for (String name : properties.others().keySet()) {
			require(!PROPERTIES.contains(name), "its property '" + name + "' is given twice");
		}
	}

	private static void checkKey(String what, @Nullable String key) {
		require(key != null, "it has no " + what);
		require(key == null || !key.contains(CeleryQueue.SEPARATOR), "its " + what + " contains kombu's separator");
	}

	private static boolean hasText(@Nullable String text) {
		return text != null && !text.isBlank();
	}

	private static void require(boolean condition, String reason) {
		if (!condition) {
			throw new InvalidMessageException("A message is refused because " + reason);
		}
	}

}
