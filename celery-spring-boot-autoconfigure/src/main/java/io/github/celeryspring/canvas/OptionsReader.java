package io.github.celeryspring.canvas;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.celeryspring.InvalidMessageException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the options of a signature. An option that is {@code null} is as good as missing;
 * one that has no name here is kept as it is.
 */
final class OptionsReader {

	private final Map<String, JsonNode> rest = new LinkedHashMap<>();

	private final TaskOptionsBuilder builder = TaskOptions.builder();

	private final int depth;

	OptionsReader(JsonNode form, int depth) {
		form.properties().forEach((entry) -> this.rest.put(entry.getKey(), entry.getValue()));
		this.depth = depth;
	}

	TaskOptions read() {
		// First, as stamps may have any name.
		stamps();
		identity();
		routing();
		times();
		followers();
		this.rest.forEach((name, value) -> this.builder.other(name, plain(value)));
		return this.builder.build();
	}

	private void stamps() {
		JsonNode names = take("stamped_headers");
		if (names == null) {
			return;
		}
		for (JsonNode name : names.isArray() ? names.values() : List.of(names)) {
			String text = convert("stamped_headers", name, OptionsReader::text);
			if (this.rest.containsKey(text)) {
				this.builder.stamp(text, plain(this.rest.remove(text)));
			}
		}
	}

	private void identity() {
		String groupId = value("group_id", OptionsReader::text);
		this.builder.group(groupId, value("group_index", OptionsReader::integer));
		set("task_id", OptionsReader::text, this.builder::taskId);
		set("root_id", OptionsReader::text, this.builder::rootId);
		set("parent_id", OptionsReader::text, this.builder::parentId);
		set("retries", OptionsReader::integer, this.builder::retries);
		set("replaced_task_nesting", OptionsReader::integer, this.builder::replacedTaskNesting);
		set("shadow", OptionsReader::text, this.builder::shadow);
		set("ignore_result", OptionsReader::bool, this.builder::ignoreResult);
	}

	private void routing() {
		set("reply_to", OptionsReader::text, this.builder::replyTo);
		set("queue", OptionsReader::text, this.builder::queue);
		set("exchange", OptionsReader::text, this.builder::exchange);
		set("routing_key", OptionsReader::text, this.builder::routingKey);
		set("priority", OptionsReader::integer, this.builder::priority);
		set("serializer", OptionsReader::text, this.builder::serializer);
		set("compression", OptionsReader::text, this.builder::compression);
		JsonNode headers = take("headers");
		if (headers != null) {
			SignatureReader.entries(SignatureReader.object(headers, "headers of a signature"))
				.forEach((name, value) -> this.builder.header(name, plain(value)));
		}
	}

	private void times() {
		set("countdown", OptionsReader::seconds, this.builder::countdown);
		set("eta", OptionsReader::time, this.builder::eta);
		JsonNode expires = this.rest.get("expires");
		if (expires != null && expires.isNumber()) {
			set("expires", OptionsReader::seconds, this.builder::expires);
		}
		else {
			set("expires", OptionsReader::time, this.builder::expires);
		}
		set("time_limit", OptionsReader::seconds, this.builder::timeLimit);
		set("soft_time_limit", OptionsReader::seconds, this.builder::softTimeLimit);
	}

	private void followers() {
		JsonNode chord = take("chord");
		if (chord != null) {
			this.builder.chord(SignatureReader.read(chord, this.depth + 1));
		}
		JsonNode chain = take("chain");
		if (chain != null) {
			if (!chain.isArray()) {
				throw new InvalidMessageException("The option chain of a signature must be an array");
			}
			this.builder.chain(new ArrayList<>(chain.values()));
		}
		SignatureReader.signatures(take("link"), "link", this.depth).forEach(this.builder::link);
		SignatureReader.signatures(take("link_error"), "link_error", this.depth).forEach(this.builder::linkError);
	}

	/** Headers and properties of messages are plain values. */
	private static @Nullable Object plain(@Nullable Object value) {
		if (!(value instanceof JsonNode node)) {
			return value;
		}
		return switch (node.getNodeType()) {
			case STRING -> node.stringValue();
			case NUMBER -> node.numberValue();
			case BOOLEAN -> node.booleanValue();
			case ARRAY -> {
				List<@Nullable Object> list = new ArrayList<>(node.size());
				node.values().forEach((each) -> list.add(plain(each)));
				yield list;
			}
			case OBJECT -> {
				Map<String, @Nullable Object> map = new LinkedHashMap<>();
				node.properties().forEach((entry) -> map.put(entry.getKey(), plain(entry.getValue())));
				yield map;
			}
			default -> null;
		};
	}

	private @Nullable JsonNode take(String name) {
		JsonNode value = this.rest.remove(name);
		return (value == null || value.isNull()) ? null : value;
	}

	private <T> @Nullable T value(String name, Function<JsonNode, @Nullable T> conversion) {
		JsonNode value = take(name);
		return (value != null) ? convert(name, value, conversion) : null;
	}

	private <T> void set(String name, Function<JsonNode, @Nullable T> conversion, Consumer<T> setter) {
		T value = value(name, conversion);
		if (value != null) {
			setter.accept(value);
		}
	}

	private static <T> T convert(String name, JsonNode value, Function<JsonNode, @Nullable T> conversion) {
		try {
			T converted = conversion.apply(value);
			if (converted != null) {
				return converted;
			}
		}
		catch (ArithmeticException | DateTimeException ex) {
			throw new InvalidMessageException("The option " + name + " of a signature is out of range or no time", ex);
		}
		throw new InvalidMessageException("The option " + name + " of a signature has a wrong type");
	}

	private static @Nullable String text(JsonNode value) {
		return value.isString() ? value.stringValue() : null;
	}

	private static @Nullable Integer integer(JsonNode value) {
		return (value.isIntegralNumber() && value.canConvertToInt()) ? value.intValue() : null;
	}

	private static @Nullable Boolean bool(JsonNode value) {
		return value.isBoolean() ? value.booleanValue() : null;
	}

	/** Up to 292 years, so that it can be added to any time. */
	private static @Nullable Duration seconds(JsonNode value) {
		if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
			return null;
		}
		BigDecimal seconds = value.isIntegralNumber() ? new BigDecimal(value.bigIntegerValue())
				: BigDecimal.valueOf(value.doubleValue());
		return Duration.ofNanos(seconds.movePointRight(9).setScale(0, RoundingMode.HALF_UP).longValueExact());
	}

	/** Text, or the object that kombu makes of a {@code datetime} since 5.3. */
	private static @Nullable Instant time(JsonNode value) {
		JsonNode text = value.isObject() ? value.get("__value__") : value;
		return (text != null && text.isString()) ? OptionTimes.parse(text.stringValue()) : null;
	}

}
