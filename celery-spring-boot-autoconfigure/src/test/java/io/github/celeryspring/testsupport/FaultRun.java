package io.github.celeryspring.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.client.TaskSendSpec;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.redis.RedisEndpoint;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Redis of its own, a proxy before it, and what is needed to tell whether every message
 * came to its end, once. Tasks leave their marks without the proxy.
 */
public final class FaultRun implements AutoCloseable {

	public static final String QUEUE = "faults";

	/** Nobody is to get anything back only because its lease has run out. */
	public static final Duration LONG = Duration.ofMinutes(10);

	private final RedisServerExtension redis;

	private final RedisServerExtension book;

	private final TcpProxy proxy;

	private final Marks marks;

	private final List<AutoCloseable> opened = new ArrayList<>();

	private final Set<String> ids = ConcurrentHashMap.newKeySet();

	/** Their push was repeated, so that they may be in the queue twice. */
	private final Set<String> repeated = ConcurrentHashMap.newKeySet();

	public FaultRun() {
		this.redis = RedisServerExtension.startNew();
		this.book = this.redis;
		this.proxy = new TcpProxy(this.redis.port());
		this.marks = new Marks(this.book);
	}

	/**
	 * With marks in another server, for when the first is disturbed itself.
	 * @param arguments of the first
	 */
	public FaultRun(String... arguments) {
		this.redis = RedisServerExtension.startNew(arguments);
		this.book = RedisServerExtension.startNew();
		this.proxy = new TcpProxy(this.redis.port());
		this.marks = new Marks(this.book);
	}

	/** The server with the marks. */
	public RedisServerExtension book() {
		return this.book;
	}

	public RedisServerExtension redis() {
		return this.redis;
	}

	public TcpProxy proxy() {
		return this.proxy;
	}

	public Marks marks() {
		return this.marks;
	}

	/** Where the proxy is. */
	public RedisEndpoint proxied() {
		return new RedisEndpoint.Standalone("127.0.0.1", this.proxy.port(), 0, null, null, null);
	}

	/** A client; closed with this. */
	public CeleryOperations client(RedisEndpoint endpoint) {
		return opened(JavaApp.builder(endpoint).build()).celery();
	}

	/** A client that pushes once; closed with this. */
	public CeleryOperations plainClient(RedisEndpoint endpoint) {
		return opened(JavaApp.builder(endpoint).publishRetry(false).build()).celery();
	}

	/** A worker with one slot, not started; closed with this. */
	public JavaApp worker(String name, RedisEndpoint endpoint, Duration visibilityTimeout) {
		RecordingTasks tasks = opened(new RecordingTasks(this.book.port(), name));
		return opened(JavaApp.builder(endpoint)
			.name(name)
			.queues(QUEUE)
			.visibilityTimeout(visibilityTimeout)
			.concurrency(1)
			.tasks((app) -> tasks.handlers())
			.build());
	}

	private <T extends AutoCloseable> T opened(T closeable) {
		this.opened.add(0, closeable);
		return closeable;
	}

	/** A call of a task that leaves marks. */
	public static TaskSignature record(CeleryOperations client, double seconds) {
		return client.task("shared.record").args(seconds).queue(QUEUE).signature();
	}

	/** Sends, and expects the task to be done in the end. */
	public AsyncResult<?> send(CeleryOperations client, TaskSignature signature) {
		AsyncResult<?> result = client.send(signature);
		this.ids.add(result.id());
		return result;
	}

	/**
	 * Sends until Redis confirms it, with the same id each time.
	 * @param client one that does not repeat a push by itself
	 * @param spec the call
	 * @param giveUp whether to stop trying
	 */
	public void sendStubbornly(CeleryOperations client, TaskSendSpec<?> spec, BooleanSupplier giveUp) {
		String id = UUID.randomUUID().toString();
		this.ids.add(id);
		TaskSignature signature = spec.taskId(id).signature();
		while (true) {
			try {
				client.send(signature);
				return;
			}
			catch (CeleryException ex) {
				if (giveUp.getAsBoolean()) {
					throw ex;
				}
				this.repeated.add(id);
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
			}
		}
	}

	/** Tasks whose push was repeated by {@link #sendStubbornly}. */
	public Set<String> repeated() {
		return this.repeated;
	}

	/** How many tasks are expected to be done. */
	public int size() {
		return this.ids.size();
	}

	/** Sends many that take no time. */
	public void sendMany(CeleryOperations client, int number) {
		List<TaskSignature> signatures = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			signatures.add(record(client, 0));
		}
		client.sendAll(signatures).forEach((result) -> this.ids.add(result.id()));
	}

	/** Expects that a task that this does not know of is done in the end. */
	public void expect(String id) {
		this.ids.add(id);
	}

	public void awaitAllFinished() {
		this.marks.awaitFinished(this.ids.size());
	}

	/**
	 * Waits until all is done, and finds every task finished, its result stored and
	 * nothing left behind.
	 */
	public void assertNothingLost() {
		awaitAllFinished();
		Unacked.awaitNone(this.redis);
		assertThat(this.marks.finished()).isEqualTo(this.ids);
		assertThat(this.redis.commands().keys(QUEUE + "*")).isEmpty();
		List<String> all = List.copyOf(this.ids);
		for (int from = 0; from < all.size(); from += 1000) {
			String[] keys = all.subList(from, Math.min(all.size(), from + 1000))
				.stream()
				.map((id) -> "celery-task-meta-" + id)
				.toArray(String[]::new);
			assertThat(this.redis.commands().mget(keys))
				.allSatisfy((document) -> assertThat(document.getValueOrElse("")).contains("SUCCESS"));
		}
	}

	@Override
	public void close() throws Exception {
		this.proxy.restore();
		for (AutoCloseable closeable : this.opened) {
			closeable.close();
		}
		this.proxy.close();
		this.redis.stop();
		if (this.book != this.redis) {
			this.book.stop();
		}
	}

}
