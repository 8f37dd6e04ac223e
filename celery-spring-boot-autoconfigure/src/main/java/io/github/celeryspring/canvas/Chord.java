package io.github.celeryspring.canvas;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Work done side by side, and one piece of work with all its results. Immutable.
 * Counterpart of {@code celery.canvas.chord}.
 *
 * @param header what is done side by side; if it has no tasks, the body gets an empty
 * list
 * @param body gets the list of the results of the header, in its order
 * @param options how to send it: what is set here holds for its body
 * @param immutable whether all tasks of its header take no result of what goes before;
 * {@code true} makes them so
 * @since 0.1.0
 */
public record Chord(Group header, Signature body, TaskOptions options, boolean immutable) implements Signature {

	public Chord {
		Assert.notNull(header, "'header' must not be null");
		Assert.notNull(body, "'body' must not be null");
		header = immutable ? header.asImmutable() : header;
		immutable = header.immutable();
	}

	@Override
	public Chord withOptions(TaskOptions options) {
		return new Chord(this.header, this.body, options, this.immutable);
	}

	@Override
	public Chord with(Consumer<TaskOptionsBuilder> options) {
		return withOptions(this.options.with(options));
	}

	@Override
	public Chord link(Signature callback) {
		return withBody(this.body.link(callback));
	}

	@Override
	public Chord linkError(Signature errback) {
		Group linked = this.header.withTasks((task) -> (task instanceof Chord) ? task.linkError(errback) : task);
		return new Chord(linked, this.body.linkError(errback), this.options, this.immutable);
	}

	Chord withBody(Signature body) {
		return new Chord(this.header, body, this.options, this.immutable);
	}

	@Override
	public Chord asImmutable() {
		return new Chord(this.header, this.body, this.options, true);
	}

	@Override
	public Chord partial(List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs) {
		return new Chord(this.header.partial(args, kwargs), this.body, this.options, this.immutable);
	}

}
