package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.Signatures;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.result.PythonException;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskHandler;
import io.github.celeryspring.task.TaskRegistry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The tasks that every worker has, under Celery's names. They are no tasks of the
 * application: they are in no registry. Counterpart of {@code celery.app.builtins}.
 */
final class BuiltInTasks {

	static final String ACCUMULATE = "celery.accumulate";

	private final CanvasPublisher canvas;

	private final Map<String, TaskDefinition> definitions = new LinkedHashMap<>();

	BuiltInTasks(TaskRegistry registry, CanvasPublisher canvas, ChordUnlock unlock) {
		this.canvas = canvas;
		// Results expire by themselves.
		define("celery.backend_cleanup", (context, body) -> null);
		define(ACCUMULATE, (context, body) -> accumulate(body));
		define("celery.map", new MapTask(registry, this, false));
		define("celery.starmap", new MapTask(registry, this, true));
		define("celery.chunks", (context, body) -> chunks(context, TaskArgumentReader.of(body, "task", "it", "n")));
		define("celery.group", (context, body) -> group(context,
				TaskArgumentReader.of(body, "tasks", "result", "group_id", "partial_args", "add_to_parent")));
		define("celery.chain", (context, body) -> {
			throw new PythonException("builtins", "NotImplementedError", "chain is not a real task");
		});
		define("celery.chord",
				(context, body) -> chord(context, TaskArgumentReader.of(body, "header", "body", "partial_args")));
		define("celery.chord_unlock", unlock);
	}

	private void define(String name, TaskHandler handler) {
		this.definitions.put(name, TaskDefinition.of(name, handler));
	}

	/**
	 * Finds a task.
	 * @param name the name on the wire
	 * @return the task, or {@code null}
	 */
	@Nullable TaskDefinition find(String name) {
		return this.definitions.get(name);
	}

	private static @Nullable Object accumulate(TaskBody body) {
		List<? extends @Nullable Object> args = body.args();
		if (!(body.kwargs().get("index") instanceof JsonNode index) || !index.isInt()) {
			return args;
		}
		int position = (index.intValue() < 0) ? args.size() + index.intValue() : index.intValue();
		if (position < 0 || position >= args.size()) {
			throw new PythonException("builtins", "IndexError", "tuple index out of range");
		}
		return args.get(position);
	}

	private @Nullable Object chunks(TaskContext context, TaskArgumentReader arguments) {
		JsonNode task = arguments.required("task");
		List<JsonNode> items = new ArrayList<>(arguments.required("it").values());
		int size = arguments.required("n").asInt(0);
		if (size < 1) {
			throw new PythonException("builtins", "ValueError", "The size of chunks is not positive");
		}
		return send(Signatures.chunks(Signature.of(task), items, size), List.of(), TaskOptions.NONE, context);
	}

	private @Nullable Object group(TaskContext context, TaskArgumentReader arguments) {
		JsonNode id = arguments.optional("group_id");
		TaskOptions options = (id != null) ? TaskOptions.builder().taskId(id.asString()).build() : TaskOptions.NONE;
		return send(new Group(signatures(arguments.required("tasks")), TaskOptions.NONE, false),
				arguments.list("partial_args"), options, context);
	}

	private @Nullable Object chord(TaskContext context, TaskArgumentReader arguments) {
		JsonNode header = arguments.required("header");
		Group tasks = (header.isObject() && Signature.of(header) instanceof Group group) ? group
				: new Group(signatures(header), TaskOptions.NONE, false);
		Chord chord = new Chord(tasks, Signature.of(arguments.required("body")), TaskOptions.NONE, false);
		return send(chord, arguments.list("partial_args"), TaskOptions.NONE, context);
	}

	private static List<Signature> signatures(JsonNode trees) {
		return trees.values().stream().map(Signature::of).toList();
	}

	/** Celery returns the result object, which its own serializers cannot write. */
	private @Nullable Object send(Signature work, List<? extends @Nullable Object> args, TaskOptions options,
			TaskContext context) {
		Prepared prepared = this.canvas.prepare(work, args, options, context);
		await(this.canvas.announce(prepared).thenCompose((done) -> this.canvas.publish(prepared.messages())));
		context.addChild(prepared.result());
		return prepared.result().id();
	}

	/**
	 * Waits, on the thread of a task.
	 * @param <T> the type of the value
	 * @param stage what to wait for
	 * @return what it completed with
	 * @throws CeleryException why it did not, or if interrupted
	 */
	static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CeleryException("Interrupted", ex);
		}
		catch (ExecutionException ex) {
			Throwable cause = CeleryException.unwrap(ex);
			throw (cause instanceof RuntimeException known) ? known
					: new CeleryException(String.valueOf(cause.getMessage()), cause);
		}
	}

}
