package io.github.celeryspring.result.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.redis.GroupCommit;
import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisFailures;
import io.github.celeryspring.result.CallbackThreads;
import io.github.celeryspring.result.ChordBackend;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskResult;
import io.lettuce.core.ScriptOutputType;

/**
 * Keeps results in Redis as Celery does: one JSON document per task, published on the
 * channel of the same name. Documents are written in groups, each group by one script
 * that never overwrites a SUCCESS (Celery reads and writes in two steps, and can). The
 * stages of {@link #store}, {@link #find} and {@link #forget} are completed by the event
 * loop of Redis: what depends on them must not block. Futures of {@link #whenReady} are
 * completed by threads of their own. Thread-safe. Counterpart of
 * {@code celery.backends.redis.RedisBackend}.
 *
 * @since 0.1.0
 */
public final class RedisResultBackend implements ResultBackend {

	private static final LuaScript STORE = LuaScript.of(RedisResultBackend.class, "store.lua");

	private static final int MAX_DOCUMENTS_PER_GROUP = 128;

	// More in one command would keep other clients of Redis waiting.
	private static final long MAX_BYTES_PER_SCRIPT = 1024 * 1024;

	private static final int MAX_KEYS_PER_READ = 256;

	private static final Duration SAFETY_INTERVAL = Duration.ofSeconds(5);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final RedisConnections connections;

	private final ResultDocuments documents;

	private final ResultKeys keys;

	private final byte[] expiry;

	private final Executor callbacks = CallbackThreads.create("celery-results");

	private final GroupCommit<Document> stores;

	private final ResultSubscriptions subscriptions;

	private final Retries retries;

	private final ChordBackend chords;

	private final AtomicBoolean closed = new AtomicBoolean();

	/**
	 * Creates the backend without connecting.
	 * @param connections to the Redis of the results; closed by who made them, after this
	 * @param serializers for the documents
	 * @param options expiry and prefix
	 */
	public RedisResultBackend(RedisConnections connections, Serializers serializers, RedisResultOptions options) {
		this(connections, serializers, options, SAFETY_INTERVAL);
	}

	RedisResultBackend(RedisConnections connections, Serializers serializers, RedisResultOptions options,
			Duration safetyInterval) {
		this.connections = connections;
		this.stores = new GroupCommit<>("results", MAX_DOCUMENTS_PER_GROUP, this::writeGroup, connections::describe);
		this.documents = new ResultDocuments(serializers);
		this.keys = new ResultKeys(options.globalKeyprefix());
		this.expiry = ResultKeys.bytes(String.valueOf(options.expirySeconds()));
		this.retries = new Retries(options.retryPolicy(), this.closed::get);
		this.chords = new RedisChords(connections, serializers, this.documents, options, this.closed::get);
		this.subscriptions = new ResultSubscriptions(connections, this.documents, this.callbacks, safetyInterval);
	}

	@Override
	public CompletionStage<Void> store(TaskResult result) {
		Document document = new Document(ResultKeys.bytes(this.keys.task(result.taskId())),
				this.documents.write(result));
		return this.stores.submit(document);
	}

	private CompletionStage<?> writeGroup(List<Document> group) {
		return this.connections.execute((commands) -> {
			CompletionStage<?> written = CompletableFuture.completedFuture(null);
			for (List<Document> part : parts(group)) {
				byte[][] names = part.stream().map(Document::key).toArray(byte[][]::new);
				byte[][] arguments = new byte[part.size() + 1][];
				arguments[0] = this.expiry;
				for (int i = 0; i < part.size(); i++) {
					arguments[i + 1] = part.get(i).content();
				}
				// One after the other: many large ones at once would fill the buffers.
				written = written
					.thenCompose((before) -> STORE.run(commands, ScriptOutputType.INTEGER, names, arguments));
			}
			return written;
		});
	}

	static List<List<Document>> parts(List<Document> group) {
		List<List<Document>> parts = new ArrayList<>();
		List<Document> part = new ArrayList<>();
		long bytes = 0;
		for (Document document : group) {
			if (!part.isEmpty() && bytes + document.content().length > MAX_BYTES_PER_SCRIPT) {
				parts.add(part);
				part = new ArrayList<>();
				bytes = 0;
			}
			part.add(document);
			bytes += document.content().length;
		}
		parts.add(part);
		return parts;
	}

	@Override
	public CompletionStage<TaskResult> find(String taskId) {
		byte[] key = ResultKeys.bytes(this.keys.task(taskId));
		return this.retries.run(() -> this.connections.execute((commands) -> commands.get(key)))
			.exceptionallyCompose((failure) -> CompletableFuture
				.failedFuture(told(this.connections, "read the result of task " + taskId, failure)))
			.thenApply((document) -> (document != null) ? this.documents.read(taskId, document)
					: TaskResult.pending(taskId));
	}

	@Override
	public CompletionStage<List<TaskResult>> findAll(List<String> taskIds) {
		List<TaskResult> found = new ArrayList<>(taskIds.size());
		CompletionStage<?> read = CompletableFuture.completedStage(null);
		for (int from = 0; from < taskIds.size(); from += MAX_KEYS_PER_READ) {
			List<String> part = taskIds.subList(from, Math.min(from + MAX_KEYS_PER_READ, taskIds.size()));
			// One after the other: many large ones at once would fill the buffers.
			read = read.thenCompose((before) -> read(part)).thenAccept(found::addAll);
		}
		return read.<List<TaskResult>>thenApply((done) -> found)
			.exceptionallyCompose((failure) -> CompletableFuture
				.failedFuture(told(this.connections, "read the results of " + taskIds.size() + " tasks", failure)));
	}

	private CompletionStage<List<TaskResult>> read(List<String> taskIds) {
		byte[][] names = taskIds.stream().map(this.keys::task).map(ResultKeys::bytes).toArray(byte[][]::new);
		return this.retries.run(() -> this.connections.execute((commands) -> commands.mget(names)))
			.thenApply((values) -> {
				List<TaskResult> read = new ArrayList<>(names.length);
				for (int i = 0; i < names.length; i++) {
					byte[] document = values.get(i).getValueOrElse(null);
					read.add((document != null) ? this.documents.read(taskIds.get(i), document)
							: TaskResult.pending(taskIds.get(i)));
				}
				return read;
			});
	}

	static CeleryException told(RedisConnections connections, String what, Throwable failure) {
		Throwable cause = CeleryException.unwrap(failure);
		if (cause instanceof CeleryException known) {
			return known;
		}
		String message = "Cannot " + what + ": " + connections.describe(cause);
		return RedisFailures.isPassing(cause) ? new BrokerUnavailableException(message, cause)
				: new CeleryException(message, cause);
	}

	@Override
	public CompletableFuture<TaskResult> whenReady(String taskId) {
		CompletableFuture<TaskResult> ready = new CompletableFuture<>();
		CompletableFuture<byte[]> document = this.subscriptions.await(this.keys.task(taskId));
		document.whenCompleteAsync((bytes, failure) -> {
			try {
				if (failure != null) {
					ready.completeExceptionally(CeleryException.unwrap(failure));
				}
				else {
					ready.complete(this.documents.read(taskId, bytes));
				}
			}
			catch (RuntimeException ex) {
				ready.completeExceptionally(ex);
			}
		}, this.callbacks);
		// However it ends (cancelled, given a deadline by its owner), waiting ends too.
		ready.whenComplete((result, failure) -> document.cancel(false));
		return ready;
	}

	@Override
	public TaskResult awaitReady(String taskId, Duration timeout) throws InterruptedException, TimeoutException {
		CompletableFuture<byte[]> document = this.subscriptions.await(this.keys.task(taskId));
		try {
			return this.documents.read(taskId,
					document.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS));
		}
		catch (ExecutionException ex) {
			throw told(this.connections, "wait for the result of task " + taskId, ex);
		}
		finally {
			document.cancel(false);
		}
	}

	@Override
	public CompletionStage<Void> forget(String taskId) {
		byte[] key = ResultKeys.bytes(this.keys.task(taskId));
		return this.retries.run(() -> this.connections.execute((commands) -> commands.del(key)))
			.exceptionallyCompose((failure) -> CompletableFuture
				.failedFuture(told(this.connections, "delete the result of task " + taskId, failure)))
			.thenApply((deleted) -> null);
	}

	@Override
	public ChordBackend chords() {
		return this.chords;
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.stores.close(CLOSE_TIMEOUT);
			this.subscriptions.close();
		}
	}

	/**
	 * A document on its way.
	 *
	 * @param key where to
	 * @param content the bytes
	 */
	record Document(byte[] key, byte[] content) {

	}

}
