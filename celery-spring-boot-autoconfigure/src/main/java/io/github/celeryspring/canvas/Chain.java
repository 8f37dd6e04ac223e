package io.github.celeryspring.canvas;

import java.util.List;

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

	@Override
	public Chain asImmutable() {
		return new Chain(this.tasks, this.options, true);
	}

}
