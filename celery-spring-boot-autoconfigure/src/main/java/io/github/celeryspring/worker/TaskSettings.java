package io.github.celeryspring.worker;

import java.time.Duration;

import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.task.TaskDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What applies to one message: its header first, then the task, then the worker.
 *
 * @param acksLate whether it is acknowledged after the task has run
 * @param acksOnFailure whether it is acknowledged then although the task failed
 * @param acksOnTimeout whether it is acknowledged although the task ran for too long
 * @param storesResult whether a return value is stored
 * @param storesFailure whether a failure is stored
 * @param tracksStarted whether state STARTED is stored
 * @param timeLimits how long the task may run
 */
record TaskSettings(boolean acksLate, boolean acksOnFailure, boolean acksOnTimeout, boolean storesResult,
		boolean storesFailure, boolean tracksStarted, TimeLimits timeLimits) {

	/** For a message that no task is run for: Celery stores such a failure always. */
	static final TaskSettings REFUSED = new TaskSettings(true, true, true, true, true, false, TimeLimits.NONE);

	static TaskSettings of(TaskHeaders headers, TaskDefinition definition, WorkerOptions options, TaskLimits limits) {
		boolean ignored = first(headers.ignoreResult(), definition.ignoreResult(), options.ignoreResult());
		boolean storesErrors = first(definition.storeErrorsEvenIfIgnored(), null, options.storeErrorsEvenIfIgnored());
		return new TaskSettings(first(definition.acksLate(), null, options.acksLate()),
				first(definition.acksOnFailure(), null, options.acksOnFailure()),
				first(definition.acksOnTimeout(), null, options.acksOnTimeout()), !ignored, !ignored || storesErrors,
				!ignored && first(definition.trackStarted(), null, options.trackStarted()),
				timeLimits(headers, definition, options, limits));
	}

	/** Whether the message of a task that failed is no longer wanted, but not done. */
	boolean rejectsFailures() {
		return this.acksLate && !this.acksOnFailure;
	}

	/** Whether a task that ran for too long is to be run again. */
	boolean requeuesTimeouts() {
		return this.acksLate && !this.acksOnTimeout;
	}

	private static boolean first(@Nullable Boolean first, @Nullable Boolean second, boolean last) {
		if (first != null) {
			return first;
		}
		return (second != null) ? second : last;
	}

	private static TimeLimits timeLimits(TaskHeaders headers, TaskDefinition definition, WorkerOptions options,
			TaskLimits limits) {
		TimeLimits set = limits.times(definition.name());
		Duration soft = (set != null) ? set.soft() : definition.options().softTimeLimit();
		Duration hard = (set != null) ? set.hard() : definition.options().timeLimit();
		TimeLimits others = options.timeLimits();
		if (headers.softTimeLimit() == null && headers.timeLimit() == null && soft == null && hard == null) {
			return others;
		}
		return new TimeLimits(first(headers.softTimeLimit(), soft, others.soft()),
				first(headers.timeLimit(), hard, others.hard()));
	}

	/** A 0 in a message says nothing, one of a task says that there is no limit. */
	private static @Nullable Duration first(@Nullable Double seconds, @Nullable Duration second,
			@Nullable Duration last) {
		if (seconds != null && seconds > 0) {
			return Duration.ofNanos((long) (seconds * 1e9));
		}
		return (second != null) ? second : last;
	}

}
