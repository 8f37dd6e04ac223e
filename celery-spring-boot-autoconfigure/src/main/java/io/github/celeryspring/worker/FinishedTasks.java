package io.github.celeryspring.worker;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.worker.TaskOutcome.Success;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes redelivered messages whose task has succeeded before: the worker that ran it
 * died before it could send what follows. Celery does this if
 * {@code worker_deduplicate_successful_tasks} is set; here it is always done for a task
 * that something follows.
 */
final class FinishedTasks {

	private static final Log logger = LogFactory.getLog(FinishedTasks.class);

	private final ResultBackend results;

	private final boolean all;

	/**
	 * Recognizes such messages.
	 * @param results where successes are found
	 * @param all whether they are looked for even if nothing follows the task
	 */
	FinishedTasks(ResultBackend results, boolean all) {
		this.results = results;
		this.all = all;
	}

	/**
	 * Whether the task may have succeeded before. Costs nothing.
	 * @param request the task
	 * @return whether it is worth looking
	 */
	boolean mayBe(TaskRequest request) {
		if (!request.redelivered() || !request.settings().acksLate() || !this.results.isEnabled()) {
			return false;
		}
		TaskEmbed embed = request.message().body().embed();
		return this.all || embed.chord() != null || isGiven(embed.callbacks()) || isGiven(embed.chain());
	}

	private static boolean isGiven(@Nullable List<?> list) {
		return list != null && !list.isEmpty();
	}

	/**
	 * Looks for the stored success. Blocks for a round trip.
	 * @param request the task; is told the children of the earlier run
	 * @return the outcome of the earlier run, or {@code null} if the task is to be run
	 */
	@Nullable Success find(TaskRequest request) {
		CompletableFuture<TaskResult> found = this.results.find(request.id()).toCompletableFuture();
		while (true) {
			try {
				TaskResult stored = found.get();
				if (!stored.state().equals(TaskState.SUCCESS)) {
					return null;
				}
				logger.info("Task " + request + " has already succeeded; it is not run again");
				request.resume(stored);
				return new Success(stored.result());
			}
			catch (InterruptedException ex) {
				if (request.interruption().isOver()) {
					return null;
				}
			}
			catch (ExecutionException ex) {
				logger.warn("Whether task " + request + " has already succeeded is not known; it is run again",
						CeleryException.unwrap(ex));
				return null;
			}
		}
	}

}
