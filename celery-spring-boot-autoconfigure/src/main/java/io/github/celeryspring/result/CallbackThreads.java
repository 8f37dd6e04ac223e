package io.github.celeryspring.result;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that complete the futures handed to users, so that their callbacks never run on
 * the event loop of Redis. There are few while callbacks are quick, and more while some
 * wait for other futures. Daemons, which end when idle, so that nothing has to be closed.
 *
 * @since 0.1.0
 */
public final class CallbackThreads {

	private static final int MAX_THREADS = 256;

	private CallbackThreads() {
	}

	/**
	 * Creates an executor.
	 * @param name the begin of the names of its threads
	 * @return the executor
	 */
	public static Executor create(String name) {
		int parallelism = Math.max(2, Runtime.getRuntime().availableProcessors());
		AtomicInteger number = new AtomicInteger();
		ForkJoinPool.ForkJoinWorkerThreadFactory factory = (pool) -> {
			ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
			thread.setName(name + "-" + number.incrementAndGet());
			// The default, the class loader of the JVM, does not see the application in
			// an executable jar.
			thread.setContextClassLoader(CallbackThreads.class.getClassLoader());
			return thread;
		};
		// A pool of this kind replaces a thread that waits for a CompletableFuture.
		return new ForkJoinPool(parallelism, factory, null, true, 0, MAX_THREADS, 1, (pool) -> true, 30,
				TimeUnit.SECONDS);
	}

}
