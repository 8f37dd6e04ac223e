package io.github.celeryspring.canvas;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Work done one after the other, each with the result of the one before. Immutable.
 * Counterpart of {@code celery.canvas.chain}.
 *
 * @param tasks the parts in order, possibly none
 * @param options how to send it: what is set here holds for its last task (id, group,
 * callbacks), for all (errbacks) or for its first (everything else), as in Celery
 * @param immutable whether its first task takes no result of what goes before
 * @since 0.1.0
 */
public record Chain(List<Signature> tasks, TaskOptions options, boolean immutable) implements Signature {

	public Chain {
		tasks = List.copyOf(tasks);
	}

	@Override
	public Chain withOptions(TaskOptions options) {
		return new Chain(this.tasks, options, this.immutable);
	}

	@Override
	public Chain with(Consumer<TaskOptionsBuilder> options) {
		return withOptions(this.options.with(options));
	}

	@Override
	public Chain link(Signature callback) {
		return withOptions(this.options.linked(callback));
	}

	@Override
	public Chain linkError(Signature errback) {
		return withOptions(this.options.linkedError(errback));
	}

	@Override
	public Chain asImmutable() {
		// The first task too: Celery forgets the flag of a chain that it has received.
		return new Chain(withFirst(Signature::asImmutable), this.options, true);
	}

	@Override
	public Chain partial(List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs) {
		return this.immutable ? this
				: new Chain(withFirst((task) -> task.partial(args, kwargs)), this.options, this.immutable);
	}

	@Nullable Signature last() {
		return this.tasks.isEmpty() ? null : this.tasks.get(this.tasks.size() - 1);
	}

	/** The first is the first that has something to do. */
	private List<Signature> withFirst(UnaryOperator<Signature> change) {
		List<Signature> changed = new ArrayList<>(this.tasks);
		for (int i = 0; i < changed.size(); i++) {
			if (!isEmpty(changed.get(i))) {
				changed.set(i, change.apply(changed.get(i)));
				break;
			}
		}
		return changed;
	}

	/** Whether nothing is sent for it. */
	private static boolean isEmpty(Signature signature) {
		if (signature instanceof Chain chain) {
			return chain.tasks().stream().allMatch(Chain::isEmpty);
		}
		return signature instanceof Group group && group.tasks().stream().allMatch(Chain::isEmpty);
	}

}
