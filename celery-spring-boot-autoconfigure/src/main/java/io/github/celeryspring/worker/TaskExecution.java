package io.github.celeryspring.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.task.CurrentTask;
import io.github.celeryspring.task.TaskDefinition;
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

	private final TaskStates states;

	private final TimeLimitWatch watch;

	private final ThrownOutcomes thrown;

	TaskExecution(OutcomeCompleter completer, TaskStates states, TimeLimitWatch watch, TaskMessageCodec codec) {
		this.completer = completer;
		this.states = states;
		this.watch = watch;
		this.thrown = new ThrownOutcomes(codec);
	}

	void execute(TaskRequest request, TaskDefinition definition) {
		TaskSettings settings = request.settings();
		if (!settings.acksLate() && !acknowledged(request)) {
			return;
		}
		if (settings.tracksStarted()) {
			request.interruption().whileRunning(() -> this.states.started(request));
		}
		if (settings.timeLimits() == TimeLimits.NONE) {
			run(request, definition);
		}
		else {
			this.watch.over(request, () -> run(request, definition));
		}
	}

	private void run(TaskRequest request, TaskDefinition definition) {
		TaskOutcome outcome = outcome(request, definition);
		if (request.interruption().end()) {
			this.completer.complete(request, outcome);
		}
	}

	private TaskOutcome outcome(TaskRequest request, TaskDefinition definition) {
		try {
			Object result = CurrentTask.call(request,
					() -> definition.handler().handle(request, request.message().body()));
			return new Success((result instanceof CompletionStage<?> stage) ? await(request, stage) : result);
		}
		catch (Throwable ex) {
			return this.thrown.of(request, definition, ex);
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
				if (request.isCancelled()) {
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
				if (request.interruption().isOver()) {
					return false;
				}
			}
			catch (ExecutionException ex) {
				logger.error("Task " + request + " is not run: its message could not be acknowledged", ex.getCause());
				break;
			}
		}
		if (request.interruption().end()) {
			this.completer.settleAcknowledged();
		}
		return false;
	}

}
