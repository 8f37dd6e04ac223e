package io.github.celeryspring.canvas;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Work done one after the other, each with the result of the one before. Immutable.
 * Counterpart of {@code celery.canvas.chain}.
 *
 * @param tasks the parts in order, possibly none
 * @param options how to send it: what is set here holds for its last task (id, callbacks)
 * or for all (errbacks), as in Celery
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

	/**
	 * Its first task too becomes immutable: Celery forgets the flag of a received chain.
	 */
	@Override
	public Chain asImmutable() {
		return new Chain(withFirst(Signature::asImmutable), this.options, true);
	}

	@Override
	public Chain partial(List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs) {
		return this.immutable ? this
				: new Chain(withFirst((task) -> task.partial(args, kwargs)), this.options, this.immutable);
	}

	/** The first is the first that has something to do. */
	private List<Signature> withFirst(UnaryOperator<Signature> change) {
		List<Signature> changed = new ArrayList<>(this.tasks);
		for (int i = 0; i < changed.size(); i++) {
			if (!Canvases.isEmpty(changed.get(i))) {
				changed.set(i, change.apply(changed.get(i)));
				break;
			}
		}
		return changed;
	}

}
