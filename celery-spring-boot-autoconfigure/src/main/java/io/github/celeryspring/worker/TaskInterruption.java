package io.github.celeryspring.worker;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;

/**
 * Whether a task runs, and the one way to act on it from outside: for its time limits,
 * for a revoke with {@code terminate}, for the stop. Whoever moves it away from RUNNING
 * settles the message, and nobody else does. While somebody acts on it the task cannot
 * end, so that no interrupt hits the next task of its thread; such acts are therefore
 * short and never wait. Thread-safe.
 * <p>
 * A revoke calls {@link #terminate} with what completes the request as REVOKED; the task
 * keeps its permit until its thread has left it, which {@link #leave} tells.
 */
final class TaskInterruption {

	private static final AtomicReferenceFieldUpdater<TaskInterruption, Phase> PHASE = AtomicReferenceFieldUpdater
		.newUpdater(TaskInterruption.class, Phase.class, "phase");

	private volatile Phase phase = Phase.RUNNING;

	private volatile @Nullable Thread thread;

	private volatile boolean interrupted;

	/** The task begins on this thread. */
	void begin() {
		this.thread = Thread.currentThread();
	}

	/**
	 * The task has ended, and what interrupts there were are over.
	 * @return whether its outcome still counts
	 */
	boolean end() {
		boolean counts = move(Phase.RUNNING, Phase.ENDED);
		if (this.thread == Thread.currentThread()) {
			// Whoever interrupted the task, it was not meant for the next one.
			Thread.interrupted();
		}
		return counts;
	}

	/**
	 * Tells the task to end, which then decides itself what comes of it.
	 * @return whether it had not ended before
	 */
	boolean interrupt() {
		return act(Phase.RUNNING, () -> {
		});
	}

	/**
	 * Ends the task with an outcome that is not its own, and interrupts it.
	 * @param settle settles its message
	 * @return whether it had not ended before
	 */
	boolean terminate(Runnable settle) {
		return act(Phase.TERMINATED, settle);
	}

	/**
	 * Gives up on the task because of the stop, and interrupts it.
	 * @param settle settles its message
	 * @return whether it had not ended before
	 */
	boolean abandon(Runnable settle) {
		return act(Phase.ABANDONED, settle);
	}

	private boolean act(Phase then, Runnable action) {
		return hold(then, () -> {
			this.interrupted = true;
			try {
				action.run();
			}
			finally {
				Thread thread = this.thread;
				if (thread != null) {
					thread.interrupt();
				}
			}
		});
	}

	/**
	 * Does something unless the task has ended, which waits for it.
	 * @param action short, and not calling any method of this
	 * @return whether it was done
	 */
	boolean whileRunning(Runnable action) {
		return hold(Phase.RUNNING, action);
	}

	private boolean hold(Phase then, Runnable action) {
		if (!move(Phase.RUNNING, Phase.HELD)) {
			return false;
		}
		try {
			action.run();
		}
		finally {
			this.phase = then;
		}
		return true;
	}

	private boolean move(Phase from, Phase to) {
		while (!PHASE.compareAndSet(this, from, to)) {
			if (phase() != from) {
				return false;
			}
		}
		return true;
	}

	private Phase phase() {
		Phase now;
		while ((now = this.phase) == Phase.HELD) {
			Thread.yield();
		}
		return now;
	}

	/**
	 * Whether the task is asked to end.
	 */
	boolean isInterrupted() {
		return this.interrupted;
	}

	/**
	 * Whether nobody waits for the task any more: it was abandoned or terminated.
	 */
	boolean isOver() {
		Phase now = phase();
		return now == Phase.ABANDONED || now == Phase.TERMINATED;
	}

	/**
	 * Whether the task was terminated and its thread has not left it yet.
	 */
	boolean isHung() {
		return this.phase == Phase.TERMINATED;
	}

	/**
	 * Nobody waits any more for the thread of a terminated task.
	 * @return whether its permit is to be given back, by the caller
	 */
	boolean leave() {
		return move(Phase.TERMINATED, Phase.ENDED);
	}

	private enum Phase {

		RUNNING, HELD, ENDED, ABANDONED, TERMINATED

	}

}
