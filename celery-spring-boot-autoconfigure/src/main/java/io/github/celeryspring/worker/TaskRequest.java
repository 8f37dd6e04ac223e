package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * One message that a task was asked for with, from decoding to settling, and the context
 * that the task sees. Counterpart of {@code celery.worker.request.Request}.
 */
final class TaskRequest implements TaskContext {

	private final Delivery delivery;

	private final TaskMessage message;

	private final TaskSettings settings;

	private final long started = System.currentTimeMillis();

	/**
	 * Whoever moves this away from RUNNING, the task loop, the stop or remote control,
	 * and nobody else, settles the message. The permit comes back with it, or if the task
	 * was terminated, when this moves on from there.
	 */
	private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);

	private volatile boolean acknowledged;

	private final Queue<ResultTree> children = new ConcurrentLinkedQueue<>();

	private volatile @Nullable ChordAdditions additions;

	private volatile List<ResultTree> storedChildren = List.of();

	TaskRequest(Delivery delivery, TaskMessage message, TaskSettings settings) {
		this.delivery = delivery;
		this.message = message;
		this.settings = settings;
	}

	Delivery delivery() {
		return this.delivery;
	}

	@Override
	public TaskMessage message() {
		return this.message;
	}

	TaskSettings settings() {
		return this.settings;
	}

	long startedMillis() {
		return this.started;
	}

	/**
	 * The task has ended.
	 * @return whether its outcome still counts
	 */
	boolean end() {
		return this.phase.compareAndSet(Phase.RUNNING, Phase.ENDED);
	}

	/**
	 * The stop waits no longer for the task.
	 * @return whether it had not ended before
	 */
	boolean abandon() {
		return this.phase.compareAndSet(Phase.RUNNING, Phase.ABANDONED);
	}

	/**
	 * Whether nobody waits for the task any more: it was abandoned or terminated.
	 */
	boolean isAbandoned() {
		Phase phase = this.phase.get();
		return phase != Phase.RUNNING && phase != Phase.ENDED;
	}

	/**
	 * Somebody else decides what comes of the task, and is about to interrupt it.
	 * @return whether it had not ended before; if so, {@link #terminated()} must follow
	 */
	boolean terminate() {
		return this.phase.compareAndSet(Phase.RUNNING, Phase.TERMINATING);
	}

	/**
	 * The task was interrupted.
	 */
	void terminated() {
		this.phase.set(Phase.TERMINATED);
	}

	/**
	 * Whether the thread of a terminated task must still be waited for; if so, whoever
	 * asks does so and gives the permit back. The slot waits here until it was
	 * interrupted, lest that hits the next task.
	 */
	boolean endTerminated() {
		while (this.phase.get() == Phase.TERMINATING) {
			Thread.yield();
		}
		return this.phase.compareAndSet(Phase.TERMINATED, Phase.ENDED);
	}

	boolean isAcknowledged() {
		return this.acknowledged;
	}

	void acknowledged() {
		this.acknowledged = true;
	}

	@Override
	public String queue() {
		return this.delivery.queue();
	}

	@Override
	public boolean leaseLost() {
		return this.delivery.leaseLost();
	}

	@Override
	public boolean isCancelled() {
		return isAbandoned();
	}

	@Override
	public @Nullable Duration softTimeLimit() {
		return null;
	}

	@Override
	public @Nullable Duration timeLimit() {
		return null;
	}

	@Override
	public void updateState(String state, @Nullable Object meta) {
		throw new UnsupportedOperationException("tasks");
	}

	@Override
	public void addToChord(Signature signature) {
		ChordAdditions additions = this.additions;
		if (additions == null) {
			throw new IllegalStateException("Task " + this + " does not run");
		}
		additions.add(signature, this);
	}

	/**
	 * The task begins.
	 * @param additions adds to the chord that it is a part of
	 */
	void begin(ChordAdditions additions) {
		this.additions = additions;
	}

	@Override
	public void addChild(ResultTree child) {
		this.children.add(child);
	}

	List<ResultTree> children() {
		return List.copyOf(this.children);
	}

	/**
	 * The task is not run, as an earlier run has succeeded.
	 * @param stored the result of that run
	 */
	void resume(TaskResult stored) {
		this.storedChildren = (stored.children() != null) ? stored.children() : List.of();
	}

	/**
	 * What an earlier run has told of.
	 * @return the children in its result, none if there was no such run
	 */
	List<ResultTree> storedChildren() {
		return this.storedChildren;
	}

	/**
	 * How it is named in logs, as Celery does.
	 */
	@Override
	public String toString() {
		return taskName() + "[" + id() + "]";
	}

	private enum Phase {

		RUNNING, ENDED, ABANDONED, TERMINATING, TERMINATED

	}

}
