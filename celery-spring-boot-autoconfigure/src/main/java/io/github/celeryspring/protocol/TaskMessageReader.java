package io.github.celeryspring.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.RawJsonList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;

/**
 * Recognizes the protocol of a message and brings it into one form. A message is of
 * protocol 2 if it has the header {@code task}; a hybrid has the header and a body of
 * protocol 1, which is a mapping. For one use.
 */
final class TaskMessageReader {

	private final KombuMessage message;

	TaskMessageReader(KombuMessage message) {
		this.message = message;
	}

	TaskMessage read(JsonNode body) {
		boolean named = this.message.headers().containsKey("task");
		if (body.isObject() && (named ? body.has("args") : body.has("task"))) {
			return readMapping(body, named);
		}
		if (!named) {
			throw new InvalidMessageException(
					"Not a task message: it has no header 'task', and its body is no mapping with 'task'");
		}
		if (!body.isArray() || body.size() != 3) {
			throw new InvalidMessageException("The body of the task message is not an array [args, kwargs, embed]");
		}
		TaskHeaders headers = TaskHeadersReader.read(this.message.headers());
		return message(headers, body(body.get(0), body.get(1), embed(body.get(2))));
	}

	private TaskMessage readMapping(JsonNode mapping, boolean hybrid) {
		Map<String, @Nullable Object> headers = scalars(mapping);
		if (!hybrid && headers.containsKey("taskset")) {
			headers.put("group", headers.get("taskset"));
		}
		TaskBody body = body(mapping.path("args"), mapping.path("kwargs"), embed(mapping));
		headers.putIfAbsent("argsrepr", ReprFormat.of(body.args()));
		headers.putIfAbsent("kwargsrepr", ReprFormat.of(body.kwargs()));
		headers.keySet().retainAll(TaskHeaderNames.MODELLED);
		this.message.headers().forEach((name, value) -> {
			if (hybrid || !TaskHeaderNames.isReserved(name)) {
				headers.put(name, value);
			}
		});
		return message(TaskHeadersReader.read(headers), body);
	}

	private TaskMessage message(TaskHeaders headers, TaskBody body) {
		MessageProperties properties = this.message.properties();
		DeliveryInfo info = properties.deliveryInfo();
		if (Boolean.TRUE.equals(this.message.headers().get("redelivered"))) {
			info = new DeliveryInfo(info.exchange(), info.routingKey(), true);
		}
		return new TaskMessage(headers, body, info, properties.priority(), properties.replyTo(), null, null,
				properties.others());
	}

	private static TaskBody body(JsonNode args, JsonNode kwargs, TaskEmbed embed) {
		if (!(args.isArray() || isNone(args)) || !(kwargs.isObject() || isNone(kwargs))) {
			throw new InvalidMessageException(
					"The arguments of the task message are not an array, or its keyword arguments not a mapping");
		}
		Map<String, JsonNode> named = new LinkedHashMap<>();
		kwargs.properties().forEach((entry) -> named.put(entry.getKey(), entry.getValue()));
		return new TaskBody(new ArrayList<>(args.values()), named, embed);
	}

	private static TaskEmbed embed(JsonNode embed) {
		if (!embed.isObject() && !isNone(embed)) {
			throw new InvalidMessageException("The third part of the task message's body is not a mapping");
		}
		return new TaskEmbed(signatures(embed.path("callbacks")), signatures(embed.path("errbacks")),
				signatures(embed.path("chain")), isNone(embed.path("chord")) ? null : embed.get("chord"));
	}

	private static @Nullable List<JsonNode> signatures(JsonNode signatures) {
		if (signatures instanceof POJONode node && node.getPojo() instanceof RawJsonList list) {
			return list;
		}
		if (isNone(signatures)) {
			return null;
		}
		return signatures.isArray() ? new ArrayList<>(signatures.values()) : List.of(signatures);
	}

	private static boolean isNone(JsonNode node) {
		return node.isNull() || node.isMissingNode();
	}

	private static Map<String, @Nullable Object> scalars(JsonNode mapping) {
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		mapping.properties().forEach((entry) -> map.put(entry.getKey(), plain(entry.getValue())));
		return map;
	}

	/** Headers are texts, numbers, booleans, and the array of the time limits. */
	private static @Nullable Object plain(JsonNode node) {
		return switch (node.getNodeType()) {
			case STRING -> node.stringValue();
			case NUMBER -> node.numberValue();
			case BOOLEAN -> node.booleanValue();
			case ARRAY -> node.valueStream().map(TaskMessageReader::plain).toList();
			default -> null;
		};
	}

}
