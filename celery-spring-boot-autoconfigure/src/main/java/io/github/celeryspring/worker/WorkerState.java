package io.github.celeryspring.worker;

/**
 * What a worker knows beyond a stop and the next start. Counterpart of
 * {@code celery.worker.state}.
 *
 * @param counters what it has done
 * @param revoked what it shall not do
 * @param limits what was said about limits while it ran
 */
record WorkerState(WorkerCounters counters, RevokedTasks revoked, TaskLimits limits) {

	WorkerState() {
		this(new WorkerCounters(), new RevokedTasks(), new TaskLimits());
	}

}
