package io.github.celeryspring.canvas;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Makes signatures; meant to be imported statically.
 *
 * @since 0.1.0
 */
public final class Signatures {

	private Signatures() {
	}

	/**
	 * A call of one task. Celery's {@code signature(task, args)}.
	 * @param task the name of the task
	 * @param args positional arguments; the result of what goes before comes first
	 * @return the signature
	 */
	public static TaskSignature signature(String task, @Nullable Object... args) {
		return TaskSignature.of(task, args);
	}

	/**
	 * Work done one after the other.
	 * @param tasks the parts in order
	 * @return the chain
	 */
	public static Chain chain(Signature... tasks) {
		return new Chain(List.of(tasks), TaskOptions.NONE, false);
	}

	/**
	 * Work done side by side.
	 * @param tasks the members in order
	 * @return the group
	 */
	public static Group group(Signature... tasks) {
		return new Group(List.of(tasks), TaskOptions.NONE, false);
	}

	/**
	 * Work done side by side, and one piece of work with all its results.
	 * @param header what is done side by side
	 * @param body gets the list of the results
	 * @return the chord
	 */
	public static Chord chord(Group header, Signature body) {
		return new Chord(header, body, TaskOptions.NONE, false);
	}

}
