package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * One message that a task was asked for with, from decoding to settling, and the context
 * that the task sees. Counterpart of {@code celery.worker.request.Request}.
 */
final class TaskRequest implements TaskContext {

	private final Delivery delivery;

	private final TaskMessage message;

	private final TaskSettings settings;

	private final long started = System.currentTimeMillis();

	private final TaskInterruption interruption = new TaskInterruption();

	private final TaskStates states;

	private volatile boolean acknowledged;

	private final Queue<ResultTree> children = new ConcurrentLinkedQueue<>();

	private volatile @Nullable ChordAdditions additions;

	private volatile List<ResultTree> storedChildren = List.of();

	TaskRequest(Delivery delivery, TaskMessage message, TaskSettings settings, TaskStates states) {
		this.states = states;
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

	/** How it is interrupted, and whether it has ended. */
	TaskInterruption interruption() {
		return this.interruption;
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
		return this.interruption.isInterrupted();
	}

	@Override
	public @Nullable Duration softTimeLimit() {
		return this.settings.timeLimits().soft();
	}

	@Override
	public @Nullable Duration timeLimit() {
		return this.settings.timeLimits().hard();
	}

	@Override
	public void updateState(String state, @Nullable Object meta) {
		Assert.hasText(state, "'state' must not be empty");
		// After the end of the task it would take the place of the result.
		this.interruption.whileRunning(() -> this.states.store(this, TaskState.of(state), meta));
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

}
