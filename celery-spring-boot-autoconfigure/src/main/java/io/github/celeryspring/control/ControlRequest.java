package io.github.celeryspring.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.InvalidMessageException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A command on its way, as {@code kombu.pidbox} writes it.
 *
 * @param method the name of the command
 * @param arguments its arguments by name, trees when they were received
 * @param scope who shall execute it
 * @param reply where the reply goes, or {@code null} if none is wanted
 */
record ControlRequest(String method, Map<String, ?> arguments, Scope scope, @Nullable ReplyAddress reply) {

	/**
	 * Reads the body of a message.
	 * @param body the tree
	 * @return the request
	 * @throws InvalidMessageException if it is none
	 */
	static ControlRequest read(JsonNode body) {
		String method = text(body.get("method"));
		if (method == null) {
			throw new InvalidMessageException("A command of remote control has no 'method'");
		}
		Map<String, JsonNode> arguments = new LinkedHashMap<>();
		body.path("arguments").properties().forEach((each) -> arguments.put(each.getKey(), each.getValue()));
		return new ControlRequest(method, arguments, Scope.read(body), ReplyAddress.read(body));
	}

	Map<String, @Nullable Object> body() {
		Map<String, @Nullable Object> body = new LinkedHashMap<>();
		body.put("method", this.method);
		body.put("arguments", this.arguments);
		body.put("destination", this.scope.destination());
		body.put("pattern", this.scope.pattern());
		body.put("matcher", this.scope.matcher());
		if (this.reply != null) {
			body.put("ticket", this.reply.ticket());
			body.put("reply_to", Map.of("exchange", this.reply.exchange(), "routing_key", this.reply.routingKey()));
		}
		return body;
	}

	private static @Nullable String text(@Nullable JsonNode node) {
		return (node != null && node.isString()) ? node.stringValue() : null;
	}

	/**
	 * Which workers are meant; all if nothing is said.
	 *
	 * @param destination their names, or {@code null}
	 * @param pattern what their names match, or {@code null}
	 * @param matcher how, or {@code null}
	 */
	record Scope(@Nullable List<String> destination, @Nullable String pattern, @Nullable String matcher) {

		static final Scope ALL = new Scope(null, null, null);

		private static Scope read(JsonNode body) {
			List<String> destination = null;
			JsonNode names = body.path("destination");
			if (!names.isEmpty()) {
				destination = new ArrayList<>();
				for (JsonNode name : names.values()) {
					destination.add(name.asString());
				}
			}
			return new Scope(destination, text(body.get("pattern")), text(body.get("matcher")));
		}

		boolean includes(String nodename) {
			if (this.destination != null && !this.destination.isEmpty()) {
				return this.destination.contains(nodename);
			}
			return this.pattern == null || this.matcher == null || this.pattern.isEmpty() || this.matcher.isEmpty()
					|| NodenameMatcher.matches(nodename, this.pattern, this.matcher);
		}

	}

	/**
	 * Where a reply goes.
	 *
	 * @param exchange the exchange
	 * @param routingKey the routing key
	 * @param ticket what tells the caller which request it belongs to, or {@code null}
	 */
	record ReplyAddress(String exchange, String routingKey, @Nullable String ticket) {

		private static @Nullable ReplyAddress read(JsonNode body) {
			String exchange = text(body.path("reply_to").get("exchange"));
			String routingKey = text(body.path("reply_to").get("routing_key"));
			return (exchange != null && routingKey != null)
					? new ReplyAddress(exchange, routingKey, text(body.get("ticket"))) : null;
		}

	}

}
