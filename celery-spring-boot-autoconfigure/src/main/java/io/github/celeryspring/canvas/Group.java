package io.github.celeryspring.canvas;

import java.util.List;

/**
 * Work done side by side. Immutable. Counterpart of {@code celery.canvas.group}.
 *
 * @param tasks the members in order, possibly none
 * @param options how to send it: what is set here holds for all its tasks
 * @param immutable whether its tasks take no result of what goes before
 * @since 0.1.0
 */
public record Group(List<Signature> tasks, TaskOptions options, boolean immutable) implements Signature {

	public Group {
		tasks = List.copyOf(tasks);
	}

	@Override
	public Group withOptions(TaskOptions options) {
		return new Group(this.tasks, options, this.immutable);
	}

	@Override
	public Group asImmutable() {
		return new Group(this.tasks, this.options, true);
	}

}
