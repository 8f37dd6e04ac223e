package io.github.celeryspring.testsupport;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.task.TaskHandler;
import tools.jackson.databind.JsonNode;

/**
 * Tasks for canvases: they calculate, fail, or put other work in their place.
 */
public final class CanvasTasks {

	private final List<Call> calls = new CopyOnWriteArrayList<>();

	/** The tasks by name. */
	public Map<String, TaskHandler> handlers() {
		Map<String, TaskHandler> handlers = new LinkedHashMap<>();
		handlers.put("add", (context, body) -> sum(called(context, body).args()));
		handlers.put("sum", (context, body) -> sum(((JsonNode) called(context, body).args().get(0)).values()));
		handlers.put("same", (context, body) -> called(context, body).args().get(0));
		handlers.put("all", (context, body) -> called(context, body).args());
		handlers.put("fail", (context, body) -> {
			called(context, body);
			throw new IllegalStateException("boom");
		});
		handlers.put("replace", (context, body) -> {
			called(context, body);
			throw context.replace(Signature.of((JsonNode) body.args().get(body.args().size() - 1)));
		});
		handlers.put("extend", (context, body) -> {
			called(context, body).args().forEach((tree) -> context.addToChord(Signature.of((JsonNode) tree)));
			return 0;
		});
		return handlers;
	}

	private TaskBody called(TaskContext context, TaskBody body) {
		this.calls.add(new Call(context, List.copyOf(body.args())));
		return body;
	}

	private static int sum(Iterable<?> values) {
		int sum = 0;
		for (Object value : values) {
			sum += ((JsonNode) value).asInt();
		}
		return sum;
	}

	/** All calls of a task, the first one first. */
	public List<Call> calls(String task) {
		return this.calls.stream().filter((call) -> call.context().taskName().equals(task)).toList();
	}

	/**
	 * One call.
	 *
	 * @param context the running task
	 * @param args its arguments
	 */
	public record Call(TaskContext context, List<?> args) {

	}

}
