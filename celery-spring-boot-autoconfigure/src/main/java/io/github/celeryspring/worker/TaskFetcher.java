package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ConsumerOptions;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.QueueConsumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages out of Redis as permits allow and hands them to the task loops, on a
 * thread of its own that ends only when the worker stops. Gives back what nobody begins
 * within a second, so that other workers can. Counterpart of
 * {@code celery.worker.consumer.Consumer}.
 */
final class TaskFetcher implements Runnable {

	private static final Log logger = LogFactory.getLog(TaskFetcher.class);

	/** As many as one fetch of the transport takes. */
	private static final int MAX_BATCH = 128;

	/** The first poll returns at once, to learn whether Redis is there. */
	private static final Duration FIRST_POLL = Duration.ofMillis(1);

	/** Short, because a poll that takes longer by much tells that Redis is away. */
	private static final Duration IDLE_POLL = Duration.ofSeconds(2);

	/** While messages wait for a slot, they are looked after this often. */
	private static final Duration BUSY_POLL = Duration.ofMillis(250);

	private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** Redis that confirms nothing for so long is away. */
	private static final long UNCONFIRMED_NANOS = TimeUnit.SECONDS.toNanos(3);

	private final BrokerTransport transport;

	private final Collection<CeleryQueue> queues;

	private final QueueConsumer consumer;

	private final Prefetch prefetch;

	private final ReservedTasks reserved;

	private final OutcomeCompleter completer;

	private final BrokerStatus status;

	private final CountDownLatch ended = new CountDownLatch(1);

	private volatile boolean stopping;

	private volatile boolean declared;

	private volatile @Nullable Thread thread;

	private long confirmedAt = System.nanoTime();

	TaskFetcher(BrokerTransport transport, Collection<CeleryQueue> queues, WorkerOptions options, Prefetch prefetch,
			ReservedTasks reserved, OutcomeCompleter completer, BrokerStatus status) {
		this.transport = transport;
		this.queues = queues;
		this.consumer = transport.openConsumer(queues, new ConsumerOptions(options.nodename()));
		this.prefetch = prefetch;
		this.reserved = reserved;
		this.completer = completer;
		this.status = status;
	}

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		try {
			while (!this.stopping) {
				tryToFetch();
			}
		}
		finally {
			this.ended.countDown();
		}
	}

	private void tryToFetch() {
		try {
			fetch();
		}
		catch (InterruptedException ex) {
			// nobody here does that: only stop() ends this thread
			logger.debug("The fetch thread was interrupted and goes on");
		}
		catch (Throwable ex) {
			pause(ex);
		}
	}

	private void fetch() throws InterruptedException {
		if (this.prefetch.limit().isAdaptive()) {
			releaseStalled();
			this.prefetch.limit().adapt();
		}
		Duration timeout = timeout();
		int permits = this.prefetch.acquire(MAX_BATCH, (this.status.isConnected() ? timeout : BUSY_POLL).toNanos());
		this.status.confirms(permits > 0 || isConfirming());
		if (permits == 0) {
			return;
		}
		this.confirmedAt = System.nanoTime();
		List<Delivery> deliveries = List.of();
		try {
			this.status.polling(timeout);
			deliveries = this.consumer.poll(permits, timeout);
		}
		finally {
			this.prefetch.giveBack(permits - deliveries.size());
		}
		if (!deliveries.isEmpty() && !this.reserved.add(deliveries)) {
			this.completer.release(deliveries);
		}
		if (this.status.answered()) {
			this.declared = false;
		}
		if (!this.declared) {
			declare();
		}
	}

	/** Whether Redis confirms what waits for it; asked while there is no permit. */
	private boolean isConfirming() {
		long now = System.nanoTime();
		if (this.prefetch.confirmed() || this.prefetch.unconfirmed() == 0) {
			this.confirmedAt = now;
		}
		return now - this.confirmedAt < UNCONFIRMED_NANOS;
	}

	private Duration timeout() {
		if (!this.status.isConnected()) {
			return FIRST_POLL;
		}
		return (this.prefetch.limit().isAdaptive() && this.reserved.size() > 0) ? BUSY_POLL : IDLE_POLL;
	}

	/**
	 * Every slot runs something long: what waits behind it is for others, and for us only
	 * when a slot is free.
	 */
	private void releaseStalled() {
		List<Delivery> stalled = this.reserved.removeStalled(STALLED_NANOS);
		if (!stalled.isEmpty()) {
			logger.debug("All slots are busy: " + stalled.size() + " messages go back to their queues");
			this.prefetch.limit().collapse();
			this.completer.release(stalled);
		}
	}

	/**
	 * Redis may be new or empty: whenever the connection is, its bindings are written.
	 */
	private void declare() {
		this.declared = true;
		for (CeleryQueue queue : this.queues) {
			this.transport.declare(queue).whenComplete((done, failure) -> {
				if (failure != null) {
					logger.debug("Queue '" + queue.name() + "' could not be declared; tried again soon", failure);
					this.declared = false;
				}
			});
		}
	}

	private void pause(Throwable failure) {
		if (this.stopping) {
			return;
		}
		try {
			long deadline = System.nanoTime() + this.status.failed(failure).toNanos();
			long remaining;
			while (!this.stopping && (remaining = deadline - System.nanoTime()) > 0) {
				LockSupport.parkNanos(this, remaining);
				Thread.interrupted();
			}
		}
		catch (Throwable ex) {
			// Out of memory while logging: this thread is the last that may die of it.
			LockSupport.parkNanos(STALLED_NANOS);
		}
	}

	/**
	 * Ends the loop. What a poll under way still brings is released, provided that the
	 * reserved tasks are closed.
	 * @param nanos how long to wait for the end at most
	 * @throws InterruptedException if interrupted
	 */
	void stop(long nanos) throws InterruptedException {
		this.stopping = true;
		this.prefetch.wakeup();
		this.consumer.wakeup();
		Thread thread = this.thread;
		if (thread != null) {
			LockSupport.unpark(thread);
		}
		this.ended.await(nanos, TimeUnit.NANOSECONDS);
	}

	/**
	 * Closes the connection.
	 */
	void close() {
		this.consumer.close();
	}

}
