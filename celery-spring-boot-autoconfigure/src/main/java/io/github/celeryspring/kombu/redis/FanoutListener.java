package io.github.celeryspring.kombu.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.github.celeryspring.kombu.FanoutSubscription;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * One listener, with a thread while there is something to hear, and a bounded queue
 * before it.
 */
final class FanoutListener implements FanoutSubscription {

	private static final Log logger = LogFactory.getLog(FanoutListener.class);

	static final int MAX_WAITING = 10_000;

	static final long MAX_WAITING_BYTES = 16L * 1024 * 1024;

	private static final int IDLE_SECONDS = 10;

	private static final AtomicInteger threads = new AtomicInteger();

	private final String pattern;

	private final Consumer<byte[]> consumer;

	private final Consumer<FanoutListener> leave;

	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	private final AtomicLong waitingBytes = new AtomicLong();

	private final AtomicLong dropped = new AtomicLong();

	private final ThreadPoolExecutor executor;

	private volatile boolean closed;

	FanoutListener(String pattern, Consumer<byte[]> consumer, Consumer<FanoutListener> leave) {
		this.pattern = pattern;
		this.consumer = consumer;
		this.leave = leave;
		this.executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(MAX_WAITING), FanoutListener::thread, new ThreadPoolExecutor.AbortPolicy());
		this.executor.allowCoreThreadTimeOut(true);
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "celery-fanout-" + threads.incrementAndGet());
		thread.setDaemon(true);
		// Made by an event loop, whose class loader need not know the application.
		thread.setContextClassLoader(FanoutListener.class.getClassLoader());
		return thread;
	}

	String pattern() {
		return this.pattern;
	}

	/** Called by the event loop, one message at a time. */
	void accept(byte[] message) {
		if (this.waitingBytes.get() + message.length > MAX_WAITING_BYTES) {
			drop();
			return;
		}
		this.waitingBytes.addAndGet(message.length);
		try {
			this.executor.execute(() -> call(message));
		}
		catch (RejectedExecutionException ex) {
			this.waitingBytes.addAndGet(-message.length);
			drop();
		}
	}

	private void call(byte[] message) {
		this.waitingBytes.addAndGet(-message.length);
		try {
			if (!this.closed) {
				this.consumer.accept(message);
			}
		}
		catch (RuntimeException ex) {
			logger.error("The listener of " + this.pattern + " failed", ex);
		}
	}

	private void drop() {
		if (!this.closed && this.dropped.incrementAndGet() == 1) {
			logger.warn("The listener of " + this.pattern + " is too slow; messages are thrown away, and counted");
		}
	}

	@Override
	public CompletableFuture<Void> ready() {
		return this.ready;
	}

	@Override
	public long dropped() {
		return this.dropped.get();
	}

	@Override
	public void close() {
		this.closed = true;
		this.executor.getQueue().clear();
		this.executor.shutdown();
		this.leave.accept(this);
	}

}
