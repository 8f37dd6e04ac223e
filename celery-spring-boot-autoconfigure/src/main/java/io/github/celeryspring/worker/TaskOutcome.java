package io.github.celeryspring.worker;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * What came of a message.
 */
sealed interface TaskOutcome {

	/**
	 * The state to store; PENDING for none.
	 */
	TaskState state();

	/**
	 * The result to store.
	 */
	@Nullable Object result();

	/**
	 * The stack trace to store.
	 */
	default @Nullable String traceback() {
		return null;
	}

	/**
	 * The task returned.
	 *
	 * @param result what it returned, or its stage completed with
	 */
	record Success(@Nullable Object result) implements TaskOutcome {

		@Override
		public TaskState state() {
			return TaskState.SUCCESS;
		}

	}

	/**
	 * The task threw.
	 *
	 * @param result what it threw
	 * @param traceback from where
	 */
	record Failure(TaskFailure result, @Nullable String traceback) implements TaskOutcome {

		@Override
		public TaskState state() {
			return TaskState.FAILURE;
		}

	}

	/**
	 * The task is not run, or its run does not count.
	 *
	 * @param result why
	 */
	record Revoked(TaskFailure result) implements TaskOutcome {

		/** It was called off before it began. */
		static final Revoked REVOKED = new Revoked(TaskFailure.ofCelery("TaskRevokedError", "revoked"));

		/** It was called off while it ran. */
		static final Revoked TERMINATED = new Revoked(TaskFailure.ofCelery("TaskRevokedError", "terminated"));

		/** The message came too late. */
		static final Revoked EXPIRED = new Revoked(TaskFailure.ofCelery("TaskRevokedError", "expired"));

		@Override
		public TaskState state() {
			return TaskState.REVOKED;
		}

	}

	/**
	 * The task is to run again later.
	 *
	 * @param result why, or {@code null} if the task did not say
	 * @param traceback from where
	 * @param message the message that asks for it again
	 */
	record Retry(@Nullable TaskFailure result, @Nullable String traceback,
			KombuMessage message) implements TaskOutcome {

		@Override
		public TaskState state() {
			return TaskState.RETRY;
		}

	}

	/**
	 * The task ended without a result: it ignored itself, or other work has taken its
	 * place.
	 *
	 * @param replacement the work, or {@code null}
	 */
	record Ignored(@Nullable Signature replacement) implements TaskOutcome {

		@Override
		public TaskState state() {
			return TaskState.PENDING;
		}

		@Override
		public @Nullable Object result() {
			return null;
		}

	}

	/**
	 * The message goes back to its queue, behind the others.
	 *
	 * @param result what is stored until the task has run again, or {@code null} for
	 * nothing
	 */
	record Requeued(@Nullable TaskFailure result) implements TaskOutcome {

		@Override
		public TaskState state() {
			return (this.result != null) ? TaskState.FAILURE : TaskState.PENDING;
		}

	}

	/**
	 * The message is of no use here; it goes to the dead-letter queue.
	 *
	 * @param result why
	 * @param reason why, in the words of the log
	 * @param envelope the message
	 * @param deliveries how often it was delivered, as far as it is known
	 */
	record Refused(TaskFailure result, String reason, KombuMessage envelope, int deliveries) implements TaskOutcome {

		@Override
		public TaskState state() {
			return TaskState.FAILURE;
		}

	}

}
