package io.github.celeryspring.result.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.redis.GroupCommit;
import io.github.celeryspring.redis.PubSubConnection;
import io.github.celeryspring.redis.PubSubListener;
import io.github.celeryspring.redis.RedisConnections;
import io.lettuce.core.KeyValue;

/**
 * Waits for final documents without losing a wake-up: subscribe, wait until Redis has
 * confirmed it, read. Each later confirmation (Lettuce subscribes again after a
 * reconnect) leads to another read, and a slow round of reads makes up for whatever else
 * got lost. Subscriptions are counted per channel; changes and reads are sent in groups.
 * Thread-safe. Futures are completed by the event loop: no user code may depend on them
 * directly. Counterpart of {@code celery.backends.redis.ResultConsumer}.
 */
final class ResultSubscriptions implements AutoCloseable {

	private static final int MAX_CHANNELS_PER_COMMAND = 500;

	// A read may bring as many large documents.
	private static final int MAX_KEYS_PER_READ = 64;

	private final RedisConnections connections;

	private final ResultDocuments documents;

	private final Executor timer;

	/** Who waits, by channel. A channel without waiters is not in it. */
	private final Map<String, List<CompletableFuture<byte[]>>> waiting = new ConcurrentHashMap<>();

	private final GroupCommit<String> changes;

	private final GroupCommit<String> reads;

	private final PubSubConnection connection;

	private final AtomicBoolean safetyRound = new AtomicBoolean();

	private volatile boolean closed;

	ResultSubscriptions(RedisConnections connections, ResultDocuments documents, Executor executor,
			Duration safetyInterval) {
		this.connections = connections;
		this.changes = new GroupCommit<>("result subscriptions", MAX_CHANNELS_PER_COMMAND, this::change,
				connections::describe);
		this.reads = new GroupCommit<>("reads of awaited results", MAX_KEYS_PER_READ, this::read,
				connections::describe);
		this.documents = documents;
		this.timer = CompletableFuture.delayedExecutor(safetyInterval.toMillis(), TimeUnit.MILLISECONDS, executor);
		this.connection = new PubSubConnection(connections, "results", new Listener());
	}

	/**
	 * Waits for the final document of a key.
	 * @param key the key, which is also the channel
	 * @return completes with the document; to be cancelled by who stops waiting
	 */
	CompletableFuture<byte[]> await(String key) {
		CompletableFuture<byte[]> waiter = new CompletableFuture<>();
		List<CompletableFuture<byte[]>> waiters = this.waiting.merge(key, List.of(waiter), ResultSubscriptions::joined);
		waiter.whenComplete((document, failure) -> leave(key, waiter));
		if (this.closed) {
			waiter.completeExceptionally(closedFailure());
		}
		else if (waiters.size() == 1) {
			changed(key);
			startSafetyRounds();
		}
		return waiter;
	}

	private static <T> List<T> joined(List<T> first, List<T> second) {
		List<T> joined = new ArrayList<>(first);
		joined.addAll(second);
		return joined;
	}

	private void leave(String key, CompletableFuture<byte[]> waiter) {
		// Nobody is left only once: by whoever removed the last waiter.
		AtomicBoolean last = new AtomicBoolean();
		this.waiting.computeIfPresent(key, (ignored, waiters) -> {
			List<CompletableFuture<byte[]>> rest = new ArrayList<>(waiters);
			last.set(rest.remove(waiter) && rest.isEmpty());
			return (!rest.isEmpty()) ? rest : null;
		});
		if (last.get()) {
			changed(key);
		}
	}

	/**
	 * What is to be done with the channel is decided when the command is made, from who
	 * waits then; so the last command always fits, in whatever order waiters come and go.
	 */
	private void changed(String key) {
		if (!this.closed) {
			this.changes.submit(key).whenComplete((done, failure) -> {
				if (failure != null) {
					fail(key, failure);
				}
			});
		}
	}

	private CompletionStage<?> change(List<String> keys) {
		List<byte[]> wanted = new ArrayList<>();
		List<byte[]> unwanted = new ArrayList<>();
		for (String key : new LinkedHashSet<>(keys)) {
			(this.waiting.containsKey(key) ? wanted : unwanted).add(ResultKeys.bytes(key));
		}
		if (this.closed || (wanted.isEmpty() && !this.connection.isOpen())) {
			return CompletableFuture.completedStage(null);
		}
		return unlessClosed(this.connection.send((commands) -> {
			CompletableFuture<?> subscribed = CompletableFuture.completedFuture(null);
			if (!unwanted.isEmpty()) {
				subscribed = commands.unsubscribe(unwanted.toArray(byte[][]::new)).toCompletableFuture();
			}
			if (!wanted.isEmpty()) {
				CompletableFuture<?> second = commands.subscribe(wanted.toArray(byte[][]::new)).toCompletableFuture();
				subscribed = subscribed.thenCombine(second, (a, b) -> b);
			}
			return subscribed;
		}));
	}

	private CompletionStage<?> read(List<String> keys) {
		List<String> wanted = new ArrayList<>();
		for (String key : new LinkedHashSet<>(keys)) {
			if (this.waiting.containsKey(key)) {
				wanted.add(key);
			}
		}
		if (this.closed || wanted.isEmpty()) {
			return CompletableFuture.completedStage(null);
		}
		byte[][] names = wanted.stream().map(ResultKeys::bytes).toArray(byte[][]::new);
		return unlessClosed(this.connections.execute((commands) -> commands.mget(names)).thenAccept((values) -> {
			for (int i = 0; i < wanted.size(); i++) {
				KeyValue<byte[], byte[]> value = values.get(i);
				if (value.hasValue()) {
					arrived(wanted.get(i), value.getValue());
				}
			}
		}));
	}

	/**
	 * A command that failed because this was closed is not to be repeated or told.
	 */
	private <T> CompletionStage<T> unlessClosed(CompletionStage<T> stage) {
		return stage.exceptionallyCompose((failure) -> this.closed ? CompletableFuture.completedStage(null)
				: CompletableFuture.failedStage(failure));
	}

	private CompletableFuture<Void> readSoon(String key) {
		if (this.closed || !this.waiting.containsKey(key)) {
			return CompletableFuture.completedFuture(null);
		}
		return this.reads.submit(key).exceptionally((failure) -> {
			fail(key, failure);
			return null;
		});
	}

	private void arrived(String key, byte[] document) {
		if (!this.waiting.containsKey(key)) {
			return;
		}
		try {
			if (!this.documents.isReady(document)) {
				return;
			}
		}
		catch (CeleryException ex) {
			fail(key, ex);
			return;
		}
		for (CompletableFuture<byte[]> waiter : released(key)) {
			waiter.complete(document);
		}
	}

	private void fail(String key, Throwable failure) {
		Throwable cause = CeleryException.unwrap(failure);
		CeleryException reported = (cause instanceof CeleryException known) ? known
				: new CeleryException("Cannot wait for " + key + ": " + this.connections.describe(cause), cause);
		for (CompletableFuture<byte[]> waiter : released(key)) {
			waiter.completeExceptionally(reported);
		}
	}

	private void failAll(CeleryException failure) {
		this.waiting.keySet().forEach((key) -> fail(key, failure));
	}

	private List<CompletableFuture<byte[]>> released(String key) {
		List<CompletableFuture<byte[]>> waiters = this.waiting.remove(key);
		if (waiters != null) {
			changed(key);
		}
		return (waiters != null) ? waiters : List.of();
	}

	private void startSafetyRounds() {
		if (this.safetyRound.compareAndSet(false, true)) {
			this.timer.execute(this::safetyRound);
		}
	}

	private void safetyRound() {
		subscribeWhatIsMissing();
		List<CompletableFuture<Void>> round = this.waiting.keySet().stream().map(this::readSoon).toList();
		CompletableFuture.allOf(round.toArray(CompletableFuture[]::new)).whenComplete((done, failure) -> {
			this.safetyRound.set(false);
			if (!this.closed && !this.waiting.isEmpty()) {
				startSafetyRounds();
			}
		});
	}

	private void subscribeWhatIsMissing() {
		this.connection.notSubscribed(this.waiting.keySet()).forEach(this::changed);
	}

	/**
	 * How many channels are waited for.
	 * @return the number
	 */
	int size() {
		return this.waiting.size();
	}

	@Override
	public void close() {
		this.closed = true;
		failAll(closedFailure());
		this.connection.close();
	}

	private static CeleryException closedFailure() {
		return new CeleryException("The result backend is closed; nothing waits for results any more");
	}

	private final class Listener implements PubSubListener {

		@Override
		public void subscribed(String channel) {
			readSoon(channel);
		}

		@Override
		public void message(String channel, byte[] message) {
			arrived(channel, message);
		}

		@Override
		public void subscribeMissing() {
			subscribeWhatIsMissing();
		}

		@Override
		public void refused(CeleryException reason) {
			failAll(reason);
		}

	}

}
