package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.task.TaskArgumentException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The arguments of a built-in task, by name, however they were given.
 */
final class TaskArgumentReader {

	private final Map<String, JsonNode> values = new LinkedHashMap<>();

	private TaskArgumentReader() {
	}

	/**
	 * Reads arguments.
	 * @param body where they are
	 * @param names the parameters in order
	 * @return the reader
	 */
	static TaskArgumentReader of(TaskBody body, String... names) {
		TaskArgumentReader reader = new TaskArgumentReader();
		for (int i = 0; i < Math.min(names.length, body.args().size()); i++) {
			reader.put(names[i], body.args().get(i));
		}
		body.kwargs().forEach(reader::put);
		return reader;
	}

	private void put(String name, @Nullable Object value) {
		if (value instanceof JsonNode node && !node.isNull()) {
			this.values.put(name, node);
		}
	}

	JsonNode required(String name) {
		JsonNode value = this.values.get(name);
		if (value == null) {
			throw new TaskArgumentException("missing a required argument: '" + name + "'");
		}
		return value;
	}

	@Nullable JsonNode optional(String name) {
		return this.values.get(name);
	}

	List<JsonNode> list(String name) {
		JsonNode value = this.values.get(name);
		return (value != null) ? new ArrayList<>(value.values()) : List.of();
	}

}
