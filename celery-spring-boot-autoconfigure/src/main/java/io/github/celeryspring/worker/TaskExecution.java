package io.github.celeryspring.worker;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.task.CurrentTask;
import io.github.celeryspring.task.IgnoreException;
import io.github.celeryspring.task.ReplaceException;
import io.github.celeryspring.task.TaskHandler;
import io.github.celeryspring.worker.TaskOutcome.Success;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task on the thread of a slot, and keeps the slot until the task has ended: a
 * stage that the task returned is waited for here, since its slot could run nothing else
 * anyway. Counterpart of {@code celery.app.trace}.
 */
final class TaskExecution {

	private static final Log logger = LogFactory.getLog(TaskExecution.class);

	private final OutcomeCompleter completer;

	private final Map<String, Object> startedMeta;

	TaskExecution(OutcomeCompleter completer, WorkerOptions options) {
		this.completer = completer;
		this.startedMeta = Map.of("pid", ProcessHandle.current().pid(), "hostname", options.nodename());
	}

	void execute(TaskRequest request, TaskHandler handler) {
		TaskSettings settings = request.settings();
		if (!settings.acksLate() && !acknowledged(request)) {
			return;
		}
		if (settings.tracksStarted() && !request.isAbandoned()) {
			this.completer.started(request, this.startedMeta);
		}
		TaskOutcome outcome = outcome(request, handler);
		// Whoever interrupted the task, it was not meant for the next one.
		Thread.interrupted();
		if (request.end()) {
			if (outcome instanceof TaskOutcome.Failure failure) {
				logger.error("Task " + request + " failed: " + failure.traceback());
			}
			this.completer.complete(request, outcome);
		}
	}

	private TaskOutcome outcome(TaskRequest request, TaskHandler handler) {
		try {
			Object result = CurrentTask.call(request, () -> handler.handle(request, request.message().body()));
			return new Success((result instanceof CompletionStage<?> stage) ? await(request, stage) : result);
		}
		catch (IgnoreException ex) {
			return new TaskOutcome.Ignored(null);
		}
		catch (ReplaceException ex) {
			return new TaskOutcome.Ignored(ex.signature());
		}
		catch (Throwable ex) {
			return TaskFailures.of(ex);
		}
	}

	private static @Nullable Object await(TaskRequest request, CompletionStage<?> stage) throws Throwable {
		CompletableFuture<@Nullable Object> done = new CompletableFuture<>();
		stage.whenComplete((value, failure) -> {
			if (failure != null) {
				done.completeExceptionally(failure);
			}
			else {
				done.complete(value);
			}
		});
		while (true) {
			try {
				return done.get();
			}
			catch (InterruptedException ex) {
				if (request.isAbandoned()) {
					if (stage instanceof Future<?> future) {
						future.cancel(true);
					}
					throw ex;
				}
			}
			catch (ExecutionException ex) {
				throw CeleryException.unwrap(ex);
			}
		}
	}

	/**
	 * Acknowledges before the task runs and waits until Redis has confirmed it: otherwise
	 * the task could run here and, after a crash, once more elsewhere.
	 */
	private boolean acknowledged(TaskRequest request) {
		CompletableFuture<Void> acked = request.delivery().ack().toCompletableFuture();
		while (true) {
			try {
				acked.get();
				if (!request.delivery().leaseLost()) {
					request.acknowledged();
					return true;
				}
				logger.warn("Task " + request + " is not run: its message may have been given to another worker");
				break;
			}
			catch (InterruptedException ex) {
				if (request.isAbandoned()) {
					return false;
				}
			}
			catch (ExecutionException ex) {
				logger.error("Task " + request + " is not run: its message could not be acknowledged", ex.getCause());
				break;
			}
		}
		if (request.end()) {
			this.completer.settleAcknowledged();
		}
		return false;
	}

}
