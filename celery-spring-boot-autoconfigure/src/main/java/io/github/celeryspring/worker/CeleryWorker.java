package io.github.celeryspring.worker;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * A Celery worker in this JVM: takes task messages from its queues, runs the registered
 * tasks and stores what comes of them. May be started again after a stop. Thread-safe.
 * Counterpart of {@code celery.worker.WorkController}.
 * <p>
 * {@code concurrency} tasks run at once at most, on as many threads, platform or virtual.
 * A task that returns a {@code CompletionStage} keeps its slot until the stage completes.
 * All threads are daemons.
 *
 * @since 0.1.0
 */
public final class CeleryWorker implements SmartLifecycle {

	/** Stopped before nearly everything else that has a lifecycle, and started after. */
	public static final int PHASE = Integer.MAX_VALUE - 100;

	private static final Log logger = LogFactory.getLog(CeleryWorker.class);

	private final WorkerParts parts;

	private final Supplier<? extends Collection<CeleryQueue>> queues;

	private final BooleanSupplier autoStartup;

	private final WorkerOptions options;

	private final WorkerState state = new WorkerState();

	private final @Nullable WorkerControl control;

	private final ReentrantLock starting = new ReentrantLock();

	private volatile @Nullable WorkerRun run;

	private CeleryWorker(Builder builder) {
		this.parts = builder.parts;
		this.queues = builder.queues;
		this.autoStartup = builder.autoStartup;
		this.options = builder.options;
		this.control = builder.control;
	}

	/**
	 * Starts to build a worker.
	 * @param transport where messages come from
	 * @param registry the tasks
	 * @param codec reads messages
	 * @param results where results go
	 * @param canvas sends what follows a task
	 * @return a builder
	 */
	public static Builder builder(BrokerTransport transport, TaskRegistry registry, TaskMessageCodec codec,
			ResultBackend results, CanvasPublisher canvas) {
		return new Builder(new WorkerParts(transport, registry, codec, results, canvas));
	}

	/**
	 * Starts the threads of the worker, which connect to Redis by themselves. Does not
	 * wait for Redis, nor for the end of a stop under way.
	 */
	@Override
	public void start() {
		this.starting.lock();
		try {
			WorkerRun current = this.run;
			if (current == null || current.isStopping()) {
				startAnew();
			}
		}
		finally {
			this.starting.unlock();
		}
	}

	private void startAnew() {
		if (Integer.valueOf(0).equals(this.options.prefetchMultiplier())) {
			logger.warn("Prefetch multiplier 0: worker " + this.options.nodename() + " holds up to "
					+ PrefetchLimit.UNLIMITED + " messages that no other worker can take");
		}
		List<CeleryQueue> queues = List.copyOf(this.queues.get());
		WorkerRun started = new WorkerRun(this.parts, queues, this.options, this.state);
		started.start();
		if (this.control != null) {
			started.control(this.control.listen(this.parts, this.options, this.state, queues, started));
		}
		this.run = started;
	}

	/**
	 * Stops and waits for it, for the shutdown timeout at most.
	 */
	@Override
	public void stop() {
		try {
			stopped().get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Stops without waiting: what no task has begun on goes back to its queue at once,
	 * running tasks are finished. At the end of the shutdown timeout tasks that still run
	 * are interrupted and their messages given back, unless they were acknowledged early.
	 * @param callback called when the worker has stopped, by another thread unless it has
	 * already
	 */
	@Override
	public void stop(Runnable callback) {
		stopped().thenRun(callback);
	}

	private CompletableFuture<Void> stopped() {
		WorkerRun current = this.run;
		return (current != null) ? current.stop() : CompletableFuture.completedFuture(null);
	}

	/**
	 * Whether it was started and has not stopped completely.
	 */
	@Override
	public boolean isRunning() {
		WorkerRun current = this.run;
		return current != null && current.state() != State.STOPPED;
	}

	@Override
	public boolean isAutoStartup() {
		return this.autoStartup.getAsBoolean();
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * What the worker does now. Does not block.
	 * @return the snapshot
	 */
	public WorkerSnapshot snapshot() {
		List<String> names = this.queues.get().stream().map(CeleryQueue::name).toList();
		WorkerCounters counters = this.state.counters();
		WorkerRun current = this.run;
		if (current == null) {
			return new WorkerSnapshot(this.options.nodename(), State.STOPPED, null, names, this.options.concurrency(),
					new PrefetchLimit(this.options).current(), List.of(), 0, 0, counters.totals());
		}
		return new WorkerSnapshot(this.options.nodename(), current.state(), current.status().lastPoll(), names,
				this.options.concurrency(), current.limit().current(), current.loops().active(), current.loops().hung(),
				current.reserved().size(), counters.totals());
	}

	/**
	 * Builds a worker.
	 */
	public static final class Builder {

		private final WorkerParts parts;

		private Supplier<? extends Collection<CeleryQueue>> queues = () -> List.of(CeleryQueue.named("celery"));

		private BooleanSupplier autoStartup = () -> true;

		private WorkerOptions options = WorkerOptions.DEFAULTS;

		private @Nullable WorkerControl control;

		private Builder(WorkerParts parts) {
			this.parts = parts;
		}

		/**
		 * Sets the queues to consume.
		 * @param queues at least one; by default {@code celery}
		 * @return this
		 */
		public Builder queues(Collection<CeleryQueue> queues) {
			Assert.notEmpty(queues, "'queues' must not be empty");
			List<CeleryQueue> copy = List.copyOf(queues);
			this.queues = () -> copy;
			return this;
		}

		/**
		 * Sets the queues to consume, which are asked for when the worker starts.
		 * @param queues gives at least one
		 * @return this
		 */
		public Builder queues(Supplier<? extends Collection<CeleryQueue>> queues) {
			this.queues = queues;
			return this;
		}

		/**
		 * Sets whether the application context starts the worker when it is ready.
		 * @param autoStartup asked at that time; by default {@code true}
		 * @return this
		 */
		public Builder autoStartup(BooleanSupplier autoStartup) {
			this.autoStartup = autoStartup;
			return this;
		}

		/**
		 * Sets how the worker works.
		 * @param options by default {@link WorkerOptions#DEFAULTS}
		 * @return this
		 */
		public Builder options(WorkerOptions options) {
			this.options = options;
			return this;
		}

		/**
		 * Lets the worker hear commands of remote control while it runs.
		 * @param mailbox where it hears them
		 * @param handlers commands besides Celery's, or instead of them
		 * @return this
		 */
		public Builder remoteControl(ControlMailbox mailbox, List<? extends ControlCommandHandler> handlers) {
			this.control = new WorkerControl(mailbox, handlers);
			return this;
		}

		/**
		 * Builds the worker, which is not started.
		 * @return the worker
		 */
		public CeleryWorker build() {
			return new CeleryWorker(this);
		}

	}

}
