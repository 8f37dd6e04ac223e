package io.github.celeryspring.task;

import org.jspecify.annotations.Nullable;

/**
 * A task known to this application. What is {@code null} is decided by the settings.
 *
 * @param name the name on the wire
 * @param handler what runs it
 * @param queue the queue it is sent to and taken from, or {@code null}
 * @param acksLate whether it is acknowledged after it has run, or {@code null}
 * @param ignoreResult whether no result is stored, or {@code null}
 * @param trackStarted whether state STARTED is stored, or {@code null}
 * @param source where it was defined, for messages
 * @since 0.1.0
 */
public record TaskDefinition(String name, TaskHandler handler, @Nullable String queue, @Nullable Boolean acksLate,
		@Nullable Boolean ignoreResult, @Nullable Boolean trackStarted, String source) {

	/**
	 * A task with a handler and no settings of its own.
	 * @param name the name on the wire
	 * @param handler what runs it
	 * @return the definition
	 */
	public static TaskDefinition of(String name, TaskHandler handler) {
		return new TaskDefinition(name, handler, null, null, null, null, handler.getClass().getName());
	}

}
