package io.github.celeryspring.canvas;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Work done side by side. Immutable. Counterpart of {@code celery.canvas.group}.
 *
 * @param tasks the members in order, possibly none
 * @param options how to send it: what is set here holds for all its tasks
 * @param immutable whether all its tasks take no result of what goes before; {@code true}
 * makes them so. It is a property of the tasks: a group without any has it not
 * @since 0.1.0
 */
public record Group(List<Signature> tasks, TaskOptions options, boolean immutable) implements Signature {

	public Group {
		tasks = immutable ? tasks.stream().map(Signature::asImmutable).toList() : List.copyOf(tasks);
		immutable = !tasks.isEmpty() && tasks.stream().allMatch(Signature::immutable);
	}

	@Override
	public Group withOptions(TaskOptions options) {
		return new Group(this.tasks, options, this.immutable);
	}

	@Override
	public Group with(Consumer<TaskOptionsBuilder> options) {
		return withOptions(this.options.with(options));
	}

	@Override
	public Group link(Signature callback) {
		if (this.tasks.isEmpty()) {
			throw new IllegalStateException("A group without tasks has none to link a callback to");
		}
		List<Signature> linked = new ArrayList<>(this.tasks);
		linked.set(0, linked.get(0).link(callback.asImmutable()));
		return new Group(linked, this.options, this.immutable);
	}

	@Override
	public Group linkError(Signature errback) {
		return withTasks((task) -> task.linkError(errback));
	}

	@Override
	public Group asImmutable() {
		return new Group(this.tasks, this.options, true);
	}

	@Override
	public Group partial(List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs) {
		return withTasks((task) -> task.partial(args, kwargs));
	}

	Group withTasks(UnaryOperator<Signature> change) {
		return new Group(this.tasks.stream().map(change).toList(), this.options, this.immutable);
	}

}
