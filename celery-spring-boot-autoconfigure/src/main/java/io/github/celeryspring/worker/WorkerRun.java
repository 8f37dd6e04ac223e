package io.github.celeryspring.worker;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.celeryspring.control.ControlNode;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The worker between one start and the stop that follows: everything that is made anew by
 * the next start.
 */
final class WorkerRun {

	private static final Log logger = LogFactory.getLog(WorkerRun.class);

	/** A fetch that takes longer hangs, and is not waited for. */
	private static final long MAX_FETCH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	/** Kept back from the running tasks, to write their ends. */
	private static final long MAX_FLUSH_NANOS = TimeUnit.SECONDS.toNanos(2);

	private final WorkerOptions options;

	private final PrefetchLimit limit;

	private final Prefetch prefetch;

	private final ReservedTasks reserved = new ReservedTasks();

	private final BrokerStatus status;

	private final OutcomeCompleter completer;

	private final WorkerTimer timer;

	private final RateLimiter rates;

	private final TaskLoops loops;

	private final TaskFetcher fetcher;

	private final AtomicBoolean stopping = new AtomicBoolean();

	private final CompletableFuture<Void> stopped = new CompletableFuture<>();

	private volatile @Nullable ControlNode control;

	WorkerRun(WorkerParts parts, Collection<CeleryQueue> queues, WorkerOptions options, WorkerState state) {
		this.options = options;
		this.limit = new PrefetchLimit(options);
		this.prefetch = new Prefetch(this.limit);
		this.status = new BrokerStatus(options.nodename(), ready(queues, options));
		Clock clock = Clock.systemUTC();
		CanvasFollowers followers = new CanvasFollowers(parts.canvas(), parts.results(),
				new FollowerOptions(options.inheritParentPriority()), clock);
		TaskStates states = new TaskStates(parts.results(), options, clock);
		this.completer = new OutcomeCompleter(parts.results(), followers, this.prefetch, this.reserved,
				state.counters(), states, clock);
		this.timer = new WorkerTimer(options.nodename());
		this.rates = new RateLimiter(options, state.limits(), this.reserved, this.prefetch, this.completer, this.timer);
		BuiltInTasks builtIn = new BuiltInTasks(parts.registry(), parts.canvas(),
				new ChordUnlock(parts.canvas(), parts.results(), followers.chords()));
		TaskDispatcher dispatcher = new TaskDispatcher(parts, builtIn, options, state, this.completer, this.rates,
				new TimeLimitWatch(this.timer, this.completer));
		this.loops = new TaskLoops(options, this.reserved, dispatcher, this.completer, this.limit);
		this.fetcher = new TaskFetcher(parts.transport(), queues, options, this.prefetch, this.reserved, this.completer,
				this.status);
	}

	private static String ready(Collection<CeleryQueue> queues, WorkerOptions options) {
		List<String> names = queues.stream().map(CeleryQueue::name).toList();
		return "Worker " + options.nodename() + " ready: queues " + names + ", concurrency " + options.concurrency()
				+ (options.virtualThreads() ? " (virtual threads)" : "");
	}

	void start() {
		this.loops.start();
		// Not a daemon: a worker without a web server lives until it is stopped. The task
		// loops are daemons: a task that never ends must not keep a stopped JVM.
		thread(this.fetcher, "fetch", false).start();
	}

	/**
	 * Lets it hear commands until it has stopped.
	 * @param control the listener
	 */
	void control(ControlNode control) {
		this.control = control;
	}

	/**
	 * Begins to stop, unless that was done before.
	 * @return completes when the worker has stopped, at the end of the shutdown timeout
	 * at the latest; never exceptionally
	 */
	CompletableFuture<Void> stop() {
		if (this.stopping.compareAndSet(false, true)) {
			thread(this::shutDown, "stop", true).start();
		}
		return this.stopped;
	}

	private void shutDown() {
		long begin = System.nanoTime();
		try {
			long timeout = this.options.shutdownTimeout().toNanos();
			// No loop begins anything from here on. The fetcher ends first: it would take
			// what is given back, and its last messages come behind these.
			List<Delivery> notBegun = this.reserved.close();
			this.fetcher.stop(Math.min(MAX_FETCH_NANOS, timeout / 4));
			this.completer.release(notBegun);
			// They came before the others, and go back to stand before them.
			this.completer.release(this.rates.close());
			long deadline = begin + timeout;
			long flush = Math.min(MAX_FLUSH_NANOS, timeout / 4);
			if (!this.loops.awaitEnd(deadline - flush - System.nanoTime())) {
				this.loops.abandon();
			}
			this.completer.stopping();
			if (!this.prefetch.awaitIdle(deadline - System.nanoTime())) {
				logger.warn("Worker " + this.options.nodename() + " ends before Redis has confirmed all results and"
						+ " acknowledgements; what is not confirmed is delivered again");
			}
		}
		catch (InterruptedException ex) {
			logger.debug("The stop was interrupted");
		}
		catch (RuntimeException | Error ex) {
			logger.error("Worker " + this.options.nodename() + " could not stop in order", ex);
		}
		finally {
			finish(begin);
		}
	}

	private void finish(long begin) {
		this.timer.close();
		try {
			this.fetcher.close();
			ControlNode control = this.control;
			if (control != null) {
				control.close();
			}
			long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
			logger.info("Worker " + this.options.nodename() + " stopped after " + millis + " ms");
		}
		catch (RuntimeException ex) {
			logger.warn("The consumer of worker " + this.options.nodename() + " could not be closed", ex);
		}
		finally {
			this.stopped.complete(null);
		}
	}

	private Thread thread(Runnable runnable, String role, boolean daemon) {
		Thread thread = new Thread(runnable, "celery-" + this.options.nodename() + "-" + role);
		thread.setDaemon(daemon);
		return thread;
	}

	State state() {
		if (this.stopped.isDone()) {
			return State.STOPPED;
		}
		return this.stopping.get() ? State.STOPPING : this.status.state();
	}

	boolean isStopping() {
		return this.stopping.get();
	}

	BrokerStatus status() {
		return this.status;
	}

	PrefetchLimit limit() {
		return this.limit;
	}

	TaskLoops loops() {
		return this.loops;
	}

	ReservedTasks reserved() {
		return this.reserved;
	}

}
