package io.github.celeryspring.worker;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a worker does at this moment. The parts are read one after the other, so that they
 * may differ by what happens in between. Counterpart of {@code celery inspect stats} and
 * {@code celery inspect active}.
 *
 * @param nodename the name of the worker
 * @param state what it does
 * @param lastPoll when Redis was last asked for messages with success since the start, or
 * {@code null} if never
 * @param queues the names of the queues
 * @param concurrency how many tasks run at once at most
 * @param prefetchLimit how many messages are held at most, running tasks included
 * @param active the running tasks
 * @param hung how many threads are in tasks that were over their time limit or
 * terminated, and have not ended; each keeps its slot
 * @param reserved how many messages are held that no task has begun on
 * @param totals what has been counted since the worker was built
 * @since 0.1.0
 */
public record WorkerSnapshot(String nodename, State state, @Nullable Instant lastPoll, List<String> queues,
		int concurrency, int prefetchLimit, List<ActiveTask> active, int hung, int reserved, Totals totals) {

	/**
	 * What a worker does.
	 */
	public enum State {

		/** Not started, or stopped. */
		STOPPED,

		/** Started, but Redis has not answered yet. */
		STARTING,

		/**
		 * Redis has answered the last question for messages, and recently, unless every
		 * slot is busy and there was nothing to ask.
		 */
		CONSUMING,

		/**
		 * Redis does not answer, or does not confirm results and acknowledgements, so
		 * that nothing more is fetched; running tasks go on.
		 */
		DISCONNECTED,

		/** Takes no more messages and waits for the running tasks. */
		STOPPING

	}

	/**
	 * A running task.
	 *
	 * @param id the id of the task
	 * @param name the name of the task
	 * @param started when it began
	 */
	public record ActiveTask(String id, String name, Instant started) {

	}

	/**
	 * Counts of messages and their outcomes.
	 *
	 * @param processed tasks that have run, {@code succeeded} and {@code failed} together
	 * @param succeeded tasks that returned a value
	 * @param failed tasks that threw, or returned what could not be stored
	 * @param deadLettered messages moved to a dead-letter queue, or dropped if dead
	 * letters are off
	 * @param expired messages that came too late
	 * @param parked messages that came too early
	 * @param released messages given back before a task began on them
	 */
	public record Totals(long processed, long succeeded, long failed, long deadLettered, long expired, long parked,
			long released) {

	}

}
