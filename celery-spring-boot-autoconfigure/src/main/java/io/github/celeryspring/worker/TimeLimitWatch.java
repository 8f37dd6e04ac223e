package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.worker.TaskOutcome.Failure;
import io.github.celeryspring.worker.TaskOutcome.Requeued;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Watches over the time limits of tasks. Counterpart of
 * {@code celery.worker.request.Request.on_timeout}.
 */
final class TimeLimitWatch {

	private static final Log logger = LogFactory.getLog(TimeLimitWatch.class);

	private final WorkerTimer timer;

	private final OutcomeCompleter completer;

	TimeLimitWatch(WorkerTimer timer, OutcomeCompleter completer) {
		this.timer = timer;
		this.completer = completer;
	}

	/**
	 * Runs a task that is interrupted and ended at its limits.
	 * @param request the task
	 * @param run runs it
	 */
	void over(TaskRequest request, Runnable run) {
		TimeLimits limits = request.settings().timeLimits();
		Future<?> soft = after(limits.soft(), (limit) -> soft(request, limit));
		Future<?> hard = after(limits.hard(), (limit) -> hard(request, limit));
		try {
			run.run();
		}
		finally {
			cancel(soft);
			cancel(hard);
		}
	}

	private @Nullable Future<?> after(@Nullable Duration limit, Consumer<Duration> action) {
		return (limit != null) ? this.timer.after(limit.toNanos(), () -> action.accept(limit)) : null;
	}

	private static void cancel(@Nullable Future<?> timeout) {
		if (timeout != null) {
			timeout.cancel(false);
		}
	}

	private static void soft(TaskRequest request, Duration limit) {
		if (request.interruption().interrupt()) {
			logger.warn("Soft time limit (" + seconds(limit) + "s) exceeded for task " + request);
		}
	}

	private void hard(TaskRequest request, Duration limit) {
		TaskFailure failure = new TaskFailure("TimeLimitExceeded", List.of(seconds(limit)), "billiard.exceptions");
		boolean again = request.settings().requeuesTimeouts();
		if (this.completer.terminate(request, again ? new Requeued(failure) : new Failure(failure, null))) {
			logger.error("Hard time limit (" + seconds(limit) + "s) exceeded for task " + request
					+ (again ? ", which goes back to its queue" : ""));
		}
	}

	private static Number seconds(Duration limit) {
		double seconds = limit.toNanos() / 1e9;
		return (seconds == Math.rint(seconds)) ? limit.toSeconds() : Double.valueOf(seconds);
	}

}
