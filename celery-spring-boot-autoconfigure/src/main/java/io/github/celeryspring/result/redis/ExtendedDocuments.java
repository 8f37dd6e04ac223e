package io.github.celeryspring.result.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.github.celeryspring.result.ExtendedResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The part of a result document that {@code result_extended} adds.
 */
final class ExtendedDocuments {

	private ExtendedDocuments() {
	}

	static void write(ExtendedResult extended, Map<String, @Nullable Object> document) {
		document.put("name", extended.name());
		document.put("args", extended.args());
		document.put("kwargs", extended.kwargs());
		document.put("worker", extended.worker());
		document.put("retries", extended.retries());
		document.put("queue", extended.queue());
		List<String> stamped = extended.stampedHeaders();
		if (stamped != null && !extended.stamps().isEmpty()) {
			document.put("stamped_headers", stamped);
			stamped.stream()
				.filter(extended.stamps()::containsKey)
				.forEach((name) -> document.put(name, extended.stamps().get(name)));
		}
	}

	static @Nullable ExtendedResult read(JsonNode document, Function<JsonNode, @Nullable Object> plain) {
		if (!document.has("name") || !document.has("args")) {
			return null;
		}
		List<@Nullable Object> args = new ArrayList<>();
		document.path("args").forEach((argument) -> args.add(plain.apply(argument)));
		Map<String, @Nullable Object> kwargs = new LinkedHashMap<>();
		document.path("kwargs")
			.properties()
			.forEach((entry) -> kwargs.put(entry.getKey(), plain.apply(entry.getValue())));
		List<String> stamped = new ArrayList<>();
		document.path("stamped_headers").forEach((name) -> stamped.add(name.asString()));
		Map<String, @Nullable Object> stamps = new LinkedHashMap<>();
		stamped.stream().filter(document::has).forEach((name) -> stamps.put(name, plain.apply(document.get(name))));
		return new ExtendedResult(text(document, "name"), document.path("args").isArray() ? args : null,
				document.path("kwargs").isObject() ? kwargs : null, text(document, "worker"),
				document.path("retries").asInt(0), text(document, "queue"),
				document.has("stamped_headers") ? stamped : null, stamps);
	}

	private static @Nullable String text(JsonNode tree, String key) {
		JsonNode value = tree.path(key);
		return value.isString() ? value.stringValue() : null;
	}

}
