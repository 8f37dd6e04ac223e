package io.github.celeryspring.result;

/**
 * The state of a task. Applications may store states of their own; hence no enum.
 * Counterpart of {@code celery.states}.
 *
 * @param name the name on the wire
 * @since 0.1.0
 */
public record TaskState(String name) {

	/** Nothing is known of the task: it waits, or its id is unknown. Never stored. */
	public static final TaskState PENDING = new TaskState("PENDING");

	/** Begun; stored only if started tasks are tracked. */
	public static final TaskState STARTED = new TaskState("STARTED");

	/** Will be tried again. */
	public static final TaskState RETRY = new TaskState("RETRY");

	/** Done. Never overwritten. */
	public static final TaskState SUCCESS = new TaskState("SUCCESS");

	/** Raised. */
	public static final TaskState FAILURE = new TaskState("FAILURE");

	/** Called off, or expired. */
	public static final TaskState REVOKED = new TaskState("REVOKED");

	/**
	 * The state of a name.
	 * @param name the name
	 * @return the state
	 */
	public static TaskState of(String name) {
		return switch (name) {
			case "PENDING" -> PENDING;
			case "STARTED" -> STARTED;
			case "RETRY" -> RETRY;
			case "SUCCESS" -> SUCCESS;
			case "FAILURE" -> FAILURE;
			case "REVOKED" -> REVOKED;
			default -> new TaskState(name);
		};
	}

	/**
	 * Whether the state is final.
	 * @return whether it is SUCCESS, FAILURE or REVOKED
	 */
	public boolean isReady() {
		return equals(SUCCESS) || isPropagated();
	}

	/**
	 * Whether waiting for the result throws.
	 * @return whether it is FAILURE or REVOKED
	 */
	public boolean isPropagated() {
		return equals(FAILURE) || equals(REVOKED);
	}

	/**
	 * Whether the stored result is an exception document.
	 * @return whether it is RETRY, FAILURE or REVOKED
	 */
	public boolean isException() {
		return equals(RETRY) || isPropagated();
	}

	@Override
	public String toString() {
		return this.name;
	}

}
