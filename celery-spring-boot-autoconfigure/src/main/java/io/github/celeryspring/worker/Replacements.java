package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskOptionsBuilder;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.result.PythonException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts other work in the place of a task. Counterpart of
 * {@code celery.app.task.Task.replace}.
 */
final class Replacements {

	private final CanvasPublisher canvas;

	private final FollowerOptions options;

	Replacements(CanvasPublisher canvas, FollowerOptions options) {
		this.canvas = canvas;
		this.options = options;
	}

	/**
	 * Prepares the work: it gets the id of the task, its place in groups, chords and
	 * chains, and whoever waits for it.
	 * @param work the work
	 * @param request the task
	 * @return what to send
	 * @throws RuntimeException if it cannot replace a task
	 */
	Prepared prepare(Signature work, TaskRequest request) {
		if (work.options().chord() != null) {
			throw improper("A signature replacing a task must not be part of a chord");
		}
		TaskHeaders headers = request.message().headers();
		TaskEmbed embed = request.message().body().embed();
		int nesting = headers.replacedTaskNesting() + 1;
		Signature replacement = linked(eachTask(oneResult(work), (task) -> marked(task, nesting, headers.stamps())),
				embed);
		TaskOptionsBuilder options = this.options.family(request)
			.taskId(request.id())
			.group(headers.group(), headers.groupIndex())
			.replacedTaskNesting(nesting);
		if (embed.chord() != null) {
			options.chord(EmbeddedSignatures.read(embed.chord()));
		}
		if (embed.chain() != null) {
			options.chain(marked(embed.chain(), nesting));
		}
		return this.canvas.prepare(replacement, List.of(), options.build(), request);
	}

	/** A group has many results; the task that it replaces has one, the list of them. */
	private static Signature oneResult(Signature work) {
		if (work instanceof Group group) {
			TaskSignature list = new TaskSignature(BuiltInTasks.ACCUMULATE, List.of(), Map.of("index", 0),
					TaskOptions.NONE, false);
			return new Chord(group, list, TaskOptions.NONE, false);
		}
		if (work instanceof Chain chain) {
			if (chain.tasks().isEmpty()) {
				throw improper("Cannot replace with an empty chain");
			}
			List<Signature> tasks = new ArrayList<>(chain.tasks());
			tasks.add(oneResult(tasks.remove(tasks.size() - 1)));
			return new Chain(tasks, chain.options(), chain.immutable());
		}
		return work;
	}

	private static Signature eachTask(Signature work, UnaryOperator<TaskSignature> change) {
		if (work instanceof Chain chain) {
			return new Chain(eachTask(chain.tasks(), change), chain.options(), chain.immutable());
		}
		if (work instanceof Group group) {
			return new Group(eachTask(group.tasks(), change), group.options(), group.immutable());
		}
		if (work instanceof Chord chord) {
			return new Chord((Group) eachTask(chord.header(), change), eachTask(chord.body(), change), chord.options(),
					chord.immutable());
		}
		return change.apply((TaskSignature) work);
	}

	private static List<Signature> eachTask(List<Signature> tasks, UnaryOperator<TaskSignature> change) {
		return tasks.stream().map((task) -> eachTask(task, change)).toList();
	}

	private static TaskSignature marked(TaskSignature task, int nesting, Map<String, @Nullable Object> stamps) {
		TaskOptionsBuilder options = task.options().mutate().replacedTaskNesting(nesting);
		stamps.forEach((name, value) -> {
			if (!task.options().stamps().containsKey(name)) {
				options.stamp(name, value);
			}
		});
		return task.withOptions(options.build());
	}

	/** The rest of the chain is passed on as it came, but for the mark. */
	private static List<Object> marked(List<?> chain, int nesting) {
		List<Object> marked = new ArrayList<>(chain.size());
		for (Object tree : chain) {
			if (tree instanceof ObjectNode node && node.get("options") instanceof ObjectNode) {
				ObjectNode copy = node.deepCopy();
				((ObjectNode) copy.get("options")).put("replaced_task_nesting", nesting);
				marked.add(copy);
			}
			else {
				marked.add(tree);
			}
		}
		return marked;
	}

	private static Signature linked(Signature work, TaskEmbed embed) {
		TaskOptionsBuilder options = work.options().mutate();
		EmbeddedSignatures.readAll(embed.callbacks()).forEach((callback) -> {
			if (!work.options().link().contains(callback)) {
				options.link(callback);
			}
		});
		EmbeddedSignatures.readAll(embed.errbacks()).forEach((errback) -> {
			if (!work.options().linkError().contains(errback)) {
				options.linkError(errback);
			}
		});
		return work.withOptions(options.build());
	}

	private static PythonException improper(String message) {
		return new PythonException("celery.exceptions", "ImproperlyConfigured", message);
	}

}
