package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.result.PythonException;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskHandler;
import io.github.celeryspring.task.TaskRegistry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Runs another task here, once for each element, one after the other, and returns all
 * results. The first failure is that of the whole. As in Celery only the name of the
 * other task counts, not what else its signature says; it sees the context of this one.
 */
final class MapTask implements TaskHandler {

	private final TaskRegistry registry;

	private final BuiltInTasks builtIn;

	private final boolean spread;

	/**
	 * Creates the task.
	 * @param registry where the other task is
	 * @param builtIn or there
	 * @param spread whether each element is a list of arguments, rather than the argument
	 */
	MapTask(TaskRegistry registry, BuiltInTasks builtIn, boolean spread) {
		this.registry = registry;
		this.builtIn = builtIn;
		this.spread = spread;
	}

	@Override
	public Object handle(TaskContext context, TaskBody body) throws Exception {
		TaskArgumentReader arguments = TaskArgumentReader.of(body, "task", "it");
		TaskHandler handler = handler(arguments.required("task").path("task").asString(""));
		List<@Nullable Object> results = new ArrayList<>();
		for (JsonNode element : arguments.required("it").values()) {
			Object result = handler.handle(context, new TaskBody(call(element), Map.of(), TaskEmbed.NONE));
			results.add((result instanceof CompletionStage<?> stage) ? BuiltInTasks.await(stage) : result);
		}
		return results;
	}

	private TaskHandler handler(String name) {
		TaskDefinition definition = this.registry.find(name);
		if (definition == null) {
			definition = this.builtIn.find(name);
		}
		if (definition == null) {
			throw new PythonException("celery.exceptions", "NotRegistered", name);
		}
		return definition.handler();
	}

	private List<JsonNode> call(JsonNode element) {
		if (!this.spread) {
			return List.of(element);
		}
		if (!element.isArray()) {
			throw new PythonException("builtins", "TypeError", "An element is not a list of arguments");
		}
		return new ArrayList<>(element.values());
	}

}
