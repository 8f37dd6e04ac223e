package io.github.celeryspring.kombu.redis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.kombu.FanoutSubscription;
import io.github.celeryspring.redis.GroupCommit;
import io.github.celeryspring.redis.PubSubConnection;
import io.github.celeryspring.redis.PubSubListener;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisFailures;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The listeners of fanout exchanges and the connection that they share, which is opened
 * for the first of them. Thread-safe.
 */
final class FanoutSubscriptions implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(FanoutSubscriptions.class);

	private static final int MAX_PATTERNS_PER_COMMAND = 500;

	/** By pattern. A pattern without listeners is not in it. */
	private final Map<String, List<FanoutListener>> listeners = new ConcurrentHashMap<>();

	private final GroupCommit<String> changes = new GroupCommit<>("fanout subscriptions", MAX_PATTERNS_PER_COMMAND,
			this::change);

	private final PubSubConnection connection;

	private volatile boolean closed;

	FanoutSubscriptions(RedisConnections connections) {
		this.connection = new PubSubConnection(connections, "broadcasts", new Listener());
	}

	FanoutSubscription subscribe(String pattern, Consumer<byte[]> consumer) {
		FanoutListener listener = new FanoutListener(pattern, consumer, this::leave);
		this.listeners.merge(pattern, List.of(listener), (present, added) -> {
			List<FanoutListener> joined = new ArrayList<>(present);
			joined.addAll(added);
			return joined;
		});
		changed(pattern).whenComplete((done, failure) -> {
			if (failure != null) {
				if (!this.closed) {
					logger.warn("Cannot subscribe to " + pattern + ": " + RedisFailures.describe(failure));
				}
				listener.ready().completeExceptionally(failure);
			}
			else {
				listener.ready().complete(null);
			}
		});
		return listener;
	}

	private void leave(FanoutListener listener) {
		this.listeners.computeIfPresent(listener.pattern(), (pattern, present) -> {
			List<FanoutListener> rest = new ArrayList<>(present);
			rest.remove(listener);
			return (!rest.isEmpty()) ? rest : null;
		});
		changed(listener.pattern());
	}

	/**
	 * What is to be done with the pattern is decided when the command is made, from who
	 * listens then; so the last command always fits.
	 */
	private CompletableFuture<Void> changed(String pattern) {
		return this.closed ? CompletableFuture.failedFuture(closedFailure()) : this.changes.submit(pattern);
	}

	private CompletionStage<?> change(List<String> patterns) {
		List<byte[]> wanted = new ArrayList<>();
		List<byte[]> unwanted = new ArrayList<>();
		for (String pattern : new LinkedHashSet<>(patterns)) {
			(this.listeners.containsKey(pattern) ? wanted : unwanted).add(KombuKeys.bytes(pattern));
		}
		if (this.closed) {
			return CompletableFuture.failedStage(closedFailure());
		}
		if (wanted.isEmpty() && !this.connection.isOpen()) {
			return CompletableFuture.completedStage(null);
		}
		return this.connection.send((commands) -> {
			List<CompletableFuture<?>> sent = new ArrayList<>();
			if (!unwanted.isEmpty()) {
				sent.add(commands.punsubscribe(unwanted.toArray(byte[][]::new)).toCompletableFuture());
			}
			if (!wanted.isEmpty()) {
				sent.add(commands.psubscribe(wanted.toArray(byte[][]::new)).toCompletableFuture());
			}
			return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new));
		}).exceptionallyCompose((failure) -> CompletableFuture.failedStage(this.closed ? closedFailure() : failure));
	}

	/** Not a passing one: nothing is tried again. */
	private static CeleryException closedFailure() {
		return new CeleryException("The transport is closed");
	}

	@Override
	public void close() {
		this.closed = true;
		this.listeners.values().forEach((each) -> each.forEach(FanoutListener::close));
		this.connection.close();
	}

	private final class Listener implements PubSubListener {

		@Override
		public void subscribed(String pattern) {
			// who waits for it is told by the command
		}

		@Override
		public void message(String pattern, byte[] message) {
			FanoutSubscriptions.this.listeners.getOrDefault(pattern, List.of())
				.forEach((listener) -> listener.accept(message));
		}

		@Override
		public void subscribeMissing() {
			FanoutSubscriptions self = FanoutSubscriptions.this;
			self.connection.notSubscribed(self.listeners.keySet()).forEach(self::changed);
		}

		@Override
		public void refused(CeleryException reason) {
			// tried again, and told by the group commit: credentials may be renewed
		}

	}

}
