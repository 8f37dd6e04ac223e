package io.github.celeryspring.protocol;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.PythonTimes;
import org.jspecify.annotations.Nullable;

/**
 * Reads headers as tolerantly as a Python worker: only the name of the task and its id
 * must be there. For one use.
 */
final class TaskHeadersReader {

	private final Map<String, ? extends @Nullable Object> map;

	private TaskHeadersReader(Map<String, ? extends @Nullable Object> map) {
		this.map = map;
	}

	/**
	 * Reads the headers.
	 * @param map protocol 2's headers
	 * @return the headers
	 * @throws InvalidMessageException if they have no meaning
	 */
	static TaskHeaders read(Map<String, ? extends @Nullable Object> map) {
		return new TaskHeadersReader(map).read();
	}

	private TaskHeaders read() {
		return new TaskHeaders(text("lang"), required("task"), required("id"), text("shadow"), time("eta"),
				time("expires"), text("group"), integer("group_index"), count("retries"), limit(0), limit(1),
				text("root_id"), text("parent_id"), text("argsrepr"), text("kwargsrepr"), text("origin"),
				(this.map.get("ignore_result") instanceof Boolean ignore) ? ignore : null,
				count("replaced_task_nesting"), stampedHeaders(), stamps(), others());
	}

	private String required(String name) {
		String text = text(name);
		if (text == null || text.isBlank()) {
			throw new InvalidMessageException("The task message has no '" + name + "'");
		}
		return text;
	}

	private @Nullable String text(String name) {
		Object value = this.map.get(name);
		return (value instanceof String || value instanceof Number) ? value.toString() : null;
	}

	private @Nullable Integer integer(String name) {
		return (this.map.get(name) instanceof Number number) ? Integer.valueOf(number.intValue()) : null;
	}

	private int count(String name) {
		Integer count = integer(name);
		return (count != null) ? Math.max(count, 0) : 0;
	}

	private @Nullable Double limit(int index) {
		if (this.map.get("timelimit") instanceof List<?> limits && limits.size() > index
				&& limits.get(index) instanceof Number number) {
			return number.doubleValue();
		}
		return null;
	}

	private @Nullable Instant time(String name) {
		Object value = this.map.get(name);
		if (value == null) {
			return null;
		}
		try {
			return PythonTimes.parseInstant(value.toString());
		}
		catch (DateTimeException ex) {
			throw new InvalidMessageException("The task message has an invalid '" + name + "': " + ex.getMessage(), ex);
		}
	}

	private @Nullable List<String> stampedHeaders() {
		if (!(this.map.get("stamped_headers") instanceof List<?> names)) {
			return null;
		}
		List<String> texts = new ArrayList<>(names.size());
		for (Object name : names) {
			texts.add(String.valueOf(name));
		}
		return texts;
	}

	private Map<String, @Nullable Object> stamps() {
		Map<String, @Nullable Object> stamps = new LinkedHashMap<>();
		if (this.map.get("stamps") instanceof Map<?, ?> given) {
			given.forEach((name, value) -> stamps.put(String.valueOf(name), value));
		}
		return stamps;
	}

	private Map<String, @Nullable Object> others() {
		Map<String, @Nullable Object> others = new LinkedHashMap<>();
		this.map.forEach((name, value) -> {
			if (!TaskHeaderNames.isReserved(name)) {
				others.put(name, value);
			}
		});
		return others;
	}

}
