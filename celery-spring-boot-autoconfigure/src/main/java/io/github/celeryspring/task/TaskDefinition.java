package io.github.celeryspring.task;

import java.time.Duration;
import java.util.List;

import io.github.celeryspring.canvas.TaskOptions;
import org.jspecify.annotations.Nullable;

/**
 * A task known to this application. What is {@code null} is decided by the settings.
 * Counterpart of {@code celery.app.task.Task}.
 *
 * @param name the name on the wire
 * @param handler what runs it
 * @param source where it was defined, for messages
 * @param options how this application sends it, as far as the sender does not say;
 * whether results are ignored and the time limits also apply when it is run here
 * @param retryPolicy how it is retried
 * @param acksLate whether it is acknowledged after it has run, or {@code null}
 * @param acksOnFailure whether it is acknowledged then although it failed, or
 * {@code null}
 * @param acksOnTimeout whether it is acknowledged although it ran for too long, or
 * {@code null}
 * @param trackStarted whether state STARTED is stored, or {@code null}
 * @param storeErrorsEvenIfIgnored whether failures are stored even if results are not, or
 * {@code null}
 * @param rateLimit how often a worker begins it at most, or {@code null}
 * @param expected exceptions that are logged without stack trace
 * @since 0.1.0
 */
public record TaskDefinition(String name, TaskHandler handler, String source, TaskOptions options,
		RetryPolicy retryPolicy, @Nullable Boolean acksLate, @Nullable Boolean acksOnFailure,
		@Nullable Boolean acksOnTimeout, @Nullable Boolean trackStarted, @Nullable Boolean storeErrorsEvenIfIgnored,
		@Nullable RateLimit rateLimit, List<Class<? extends Throwable>> expected) {

	public TaskDefinition {
		expected = List.copyOf(expected);
		Duration soft = options.softTimeLimit();
		Duration hard = options.timeLimit();
		if (soft != null && hard != null && !hard.isZero() && soft.compareTo(hard) > 0) {
			throw new IllegalArgumentException("soft_time_limit must be less than or equal to time_limit");
		}
	}

	/**
	 * A task with a handler and no settings of its own.
	 * @param name the name on the wire
	 * @param handler what runs it
	 * @return the definition
	 */
	public static TaskDefinition of(String name, TaskHandler handler) {
		return builder(name, handler).build();
	}

	/**
	 * Starts a definition.
	 * @param name the name on the wire
	 * @param handler what runs it
	 * @return a builder
	 */
	public static TaskDefinitionBuilder builder(String name, TaskHandler handler) {
		return new TaskDefinitionBuilder(name, handler);
	}

	/**
	 * The queue it is sent to and taken from.
	 * @return the name, or {@code null}
	 */
	public @Nullable String queue() {
		return this.options.queue();
	}

	/**
	 * Whether no result is stored.
	 * @return whether, or {@code null}
	 */
	public @Nullable Boolean ignoreResult() {
		return this.options.ignoreResult();
	}

	/**
	 * Whether an exception is no surprise.
	 * @param thrown what the task threw
	 * @return whether it is expected
	 */
	public boolean expects(Throwable thrown) {
		return isAnyOf(this.expected, thrown);
	}

	static boolean isAnyOf(List<Class<? extends Throwable>> types, Throwable thrown) {
		for (Class<? extends Throwable> type : types) {
			if (type.isInstance(thrown)) {
				return true;
			}
		}
		return false;
	}

}
