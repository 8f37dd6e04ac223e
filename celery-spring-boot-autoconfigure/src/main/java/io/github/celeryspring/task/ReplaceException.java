package io.github.celeryspring.task;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.canvas.Signature;

/**
 * Thrown by a task to have other work in its place; {@link TaskContext#replace} makes it.
 *
 * @since 0.1.0
 */
public final class ReplaceException extends CeleryException {

	private final transient Signature signature;

	ReplaceException(Signature signature) {
		super("The task is to be replaced");
		this.signature = signature;
	}

	/**
	 * What to do instead.
	 * @return the work
	 */
	public Signature signature() {
		return this.signature;
	}

}
