package io.github.celeryspring.task;

import io.github.celeryspring.CeleryException;

/**
 * Thrown by a task to refuse its message. Needs {@code acks_late}: without it the message
 * is gone already. Counterpart of {@code celery.exceptions.Reject}.
 *
 * @since 0.1.0
 */
public final class RejectException extends CeleryException {

	private final boolean requeue;

	/**
	 * Refuses the message.
	 * @param reason why
	 * @param requeue whether it goes back to its queue, behind the others; else the task
	 * fails
	 */
	public RejectException(String reason, boolean requeue) {
		super(reason);
		this.requeue = requeue;
	}

	/**
	 * Whether the message goes back to its queue.
	 * @return whether the task is to run again
	 */
	public boolean requeue() {
		return this.requeue;
	}

}
