package io.github.celeryspring.worker;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Does things later, on one thread that exists only while there are any. Nothing that is
 * done there may wait.
 */
final class WorkerTimer {

	private static final Log logger = LogFactory.getLog(WorkerTimer.class);

	private static final int IDLE_SECONDS = 10;

	private final ScheduledThreadPoolExecutor executor;

	WorkerTimer(String nodename) {
		this.executor = new ScheduledThreadPoolExecutor(1, (runnable) -> {
			Thread thread = new Thread(runnable, "celery-" + nodename + "-timer");
			thread.setDaemon(true);
			return thread;
		});
		this.executor.setRemoveOnCancelPolicy(true);
		this.executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Does something later, unless the worker ends before.
	 * @param nanos how long to wait
	 * @param action what to do
	 * @return cancels it; {@code null} if the worker has ended
	 */
	@Nullable Future<?> after(long nanos, Runnable action) {
		try {
			return this.executor.schedule(() -> run(action), nanos, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			return null;
		}
	}

	private static void run(Runnable action) {
		try {
			action.run();
		}
		catch (RuntimeException | Error ex) {
			logger.error("What was to be done at this time has failed", ex);
		}
	}

	void close() {
		this.executor.shutdownNow();
	}

}
