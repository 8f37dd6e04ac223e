package io.github.celeryspring.worker;

import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.task.TaskDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What applies to one message: its header first, then the task, then the worker.
 *
 * @param acksLate whether it is acknowledged after the task has run
 * @param storesResult whether a return value is stored
 * @param storesFailure whether a failure is stored
 * @param tracksStarted whether state STARTED is stored
 */
record TaskSettings(boolean acksLate, boolean storesResult, boolean storesFailure, boolean tracksStarted) {

	/** For a message that no task is run for: Celery stores such a failure always. */
	static final TaskSettings REFUSED = new TaskSettings(true, true, true, false);

	static TaskSettings of(TaskHeaders headers, TaskDefinition definition, WorkerOptions options) {
		boolean ignored = first(headers.ignoreResult(), definition.ignoreResult(), options.ignoreResult());
		boolean tracks = first(definition.trackStarted(), null, options.trackStarted());
		return new TaskSettings(first(definition.acksLate(), null, options.acksLate()), !ignored,
				!ignored || first(definition.storeErrorsEvenIfIgnored(), null, options.storeErrorsEvenIfIgnored()),
				tracks && !ignored);
	}

	private static boolean first(@Nullable Boolean first, @Nullable Boolean second, boolean last) {
		if (first != null) {
			return first;
		}
		return (second != null) ? second : last;
	}

}
