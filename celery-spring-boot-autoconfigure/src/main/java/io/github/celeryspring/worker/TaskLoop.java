package io.github.celeryspring.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.celeryspring.kombu.Delivery;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One slot: a thread that takes messages and runs their tasks one after the other, until
 * the worker stops. As many loops, so many tasks at once, on either kind of thread.
 */
final class TaskLoop implements Runnable {

	private static final Log logger = LogFactory.getLog(TaskLoop.class);

	private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final ReservedTasks reserved;

	private final TaskDispatcher dispatcher;

	private final OutcomeCompleter completer;

	private final PrefetchLimit limit;

	private final CountDownLatch ended;

	private volatile @Nullable TaskRequest current;

	TaskLoop(ReservedTasks reserved, TaskDispatcher dispatcher, OutcomeCompleter completer, PrefetchLimit limit,
			CountDownLatch ended) {
		this.reserved = reserved;
		this.dispatcher = dispatcher;
		this.completer = completer;
		this.limit = limit;
		this.ended = ended;
	}

	@Override
	public void run() {
		try {
			Delivery delivery;
			while ((delivery = this.reserved.take()) != null) {
				long begin = System.nanoTime();
				handle(delivery);
				this.limit.ran(System.nanoTime() - begin);
			}
		}
		finally {
			this.ended.countDown();
		}
	}

	private void handle(Delivery delivery) {
		try {
			this.dispatcher.dispatch(delivery, this);
		}
		catch (Throwable ex) {
			// Not the task's doing: what it throws is its outcome.
			failed(delivery, ex);
		}
	}

	/**
	 * Runs a task in this slot.
	 * @param request the task
	 * @param execution runs it
	 */
	void run(TaskRequest request, Runnable execution) {
		request.interruption().begin();
		this.current = request;
		try {
			execution.run();
		}
		finally {
			this.current = null;
			request.interruption().end();
			if (request.interruption().leave()) {
				this.completer.settleAcknowledged();
			}
		}
	}

	/**
	 * The message goes back, and this slot rests for a moment, so that a worker that is
	 * broken for good does not turn its queue over and over.
	 */
	private void failed(Delivery delivery, Throwable ex) {
		try {
			logger.error("Message " + delivery.tag() + " of queue '" + delivery.queue()
					+ "' could not be handled and goes back to it", ex);
			this.completer.settleDirectly(delivery, delivery::requeue);
			LockSupport.parkNanos(PAUSE_NANOS);
		}
		catch (Throwable second) {
			// Out of memory, most likely. The lease keeps the message; this thread lives.
			Thread.yield();
		}
	}

	/**
	 * The task that runs here.
	 */
	@Nullable TaskRequest current() {
		return this.current;
	}

}
