package io.github.celeryspring.worker;

import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * What came of a message.
 */
sealed interface TaskOutcome {

	/**
	 * The state to store.
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
	 * The message came too late.
	 */
	record Expired() implements TaskOutcome {

		private static final TaskFailure EXPIRED = TaskFailure.ofCelery("TaskRevokedError", "expired");

		@Override
		public TaskState state() {
			return TaskState.REVOKED;
		}

		@Override
		public TaskFailure result() {
			return EXPIRED;
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
