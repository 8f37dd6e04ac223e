package io.github.celeryspring.worker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.github.celeryspring.worker.WorkerSnapshot.ActiveTask;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * All slots of a worker. Counterpart of {@code celery.concurrency}.
 */
final class TaskLoops {

	private static final Log logger = LogFactory.getLog(TaskLoops.class);

	private final WorkerOptions options;

	private final OutcomeCompleter completer;

	private final CountDownLatch ended;

	private final List<TaskLoop> loops;

	TaskLoops(WorkerOptions options, ReservedTasks reserved, TaskDispatcher dispatcher, OutcomeCompleter completer,
			PrefetchLimit limit) {
		this.options = options;
		this.completer = completer;
		this.ended = new CountDownLatch(options.concurrency());
		List<TaskLoop> loops = new ArrayList<>(options.concurrency());
		for (int i = 0; i < options.concurrency(); i++) {
			loops.add(new TaskLoop(reserved, dispatcher, completer, limit, this.ended));
		}
		this.loops = List.copyOf(loops);
	}

	void start() {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("celery-" + this.options.nodename() + "-task-");
		executor.setDaemon(true);
		if (this.options.virtualThreads()) {
			executor.setVirtualThreads(true);
		}
		this.loops.forEach(executor::execute);
	}

	/**
	 * Waits until every loop has ended.
	 * @param nanos how long at most
	 * @return whether they have
	 * @throws InterruptedException if interrupted
	 */
	boolean awaitEnd(long nanos) throws InterruptedException {
		return this.ended.await(Math.max(0, nanos), TimeUnit.NANOSECONDS);
	}

	/**
	 * Gives up on what still runs. A message that is not acknowledged goes back to its
	 * queue before the thread is interrupted: better done twice than not at all.
	 */
	void abandon() {
		for (TaskLoop loop : this.loops) {
			TaskRequest request = loop.current();
			if (request == null) {
				continue;
			}
			if (!request.interruption().abandon(() -> giveBack(request)) && request.interruption().leave()) {
				logger.warn("Task " + request + " was terminated and does not end");
				this.completer.settleAcknowledged();
			}
		}
	}

	private void giveBack(TaskRequest request) {
		if (request.settings().acksLate()) {
			logger.warn("Task " + request + " did not end in time; it goes back to queue '" + request.queue() + "'");
			this.completer.settleDirectly(request.delivery(), request.delivery()::requeue);
		}
		else {
			logger
				.warn("Task " + request + " did not end in time and is given up: it was acknowledged before it began");
			this.completer.settleAcknowledged();
		}
	}

	/**
	 * Terminates running tasks: they are REVOKED, and their threads interrupted.
	 * @param which tells whether to terminate a task
	 */
	void terminate(Predicate<TaskRequest> which) {
		for (TaskRequest request : requests()) {
			if (which.test(request) && this.completer.terminate(request, TaskOutcome.Revoked.TERMINATED)) {
				logger.info("Task " + request + " is terminated");
			}
		}
	}

	/** How many threads are in tasks that were terminated. */
	int hung() {
		return (int) requests().stream().filter((request) -> request.interruption().isHung()).count();
	}

	/** What runs, terminated tasks that have not ended yet included. */
	List<TaskRequest> requests() {
		return this.loops.stream().map(TaskLoop::current).filter(Objects::nonNull).toList();
	}

	List<ActiveTask> active() {
		return requests().stream()
			.map((request) -> new ActiveTask(request.id(), request.taskName(),
					Instant.ofEpochMilli(request.startedMillis())))
			.toList();
	}

}
