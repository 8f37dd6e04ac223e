package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.github.celeryspring.CeleryException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection to subscribe with: opened at first use, opened again if that failed,
 * reconnected by Lettuce. Every {@code health_check_interval} the server is asked for a
 * sign of life; a connection without an answer within {@code socket_timeout} (whoever
 * dropped it did not tell), or to a server that is no longer the master, is given up for
 * a new one. Knows which channels Redis has confirmed since the last reconnect.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class PubSubConnection implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(PubSubConnection.class);

	private static final int CLOSE_SECONDS = 2;

	private final RedisConnections connections;

	private final String purpose;

	private final PubSubListener listener;

	private final AtomicReference<@Nullable CompletableFuture<PubSubSession>> opened = new AtomicReference<>();

	private volatile boolean closed;

	/**
	 * Creates the connection without connecting.
	 * @param connections opens it
	 * @param purpose what is listened for, for messages
	 * @param listener told of messages and confirmations
	 */
	public PubSubConnection(RedisConnections connections, String purpose, PubSubListener listener) {
		this.connections = connections;
		this.purpose = purpose;
		this.listener = listener;
	}

	/**
	 * Whether there is a connection, or one is being opened.
	 * @return {@code false} if it was never used, or the last attempt failed
	 */
	public boolean isOpen() {
		CompletableFuture<?> current = this.opened.get();
		return current != null && !current.isCompletedExceptionally();
	}

	/**
	 * Sends commands, connecting first if need be.
	 * @param command makes them; must not block
	 * @return completes when Redis has confirmed them
	 */
	public CompletionStage<?> send(Function<RedisPubSubAsyncCommands<byte[], byte[]>, CompletableFuture<?>> command) {
		return open().thenCompose((session) -> session.send(command).whenComplete((reply, failure) -> {
			if (failure != null && PubSubSession.isSilence(failure)) {
				giveUp(session);
			}
		}));
	}

	private CompletableFuture<PubSubSession> open() {
		CompletableFuture<PubSubSession> current = this.opened.get();
		if (current != null && !current.isCompletedExceptionally()) {
			return current;
		}
		CompletableFuture<PubSubSession> mine = new CompletableFuture<>();
		if (!this.opened.compareAndSet(current, mine)) {
			return open();
		}
		opening().whenComplete((connection, failure) -> {
			if (failure != null) {
				mine.completeExceptionally(failure);
				tellIfRefused(failure);
				return;
			}
			PubSubSession session = new PubSubSession(connection, this.listener);
			mine.complete(session);
			checkLater(session);
		});
		return mine;
	}

	private CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> opening() {
		try {
			return this.connections.openPubSub();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Refused credentials stay refused; everything else is tried again.
	 */
	private void tellIfRefused(Throwable failure) {
		for (Throwable each = failure; each != null; each = each.getCause()) {
			if (each instanceof RedisCommandExecutionException && !RedisFailures.isPassing(each)) {
				this.listener.refused(new CeleryException(
						"Redis refuses to let us wait for " + this.purpose + ": " + this.connections.describe(failure),
						each));
				return;
			}
		}
	}

	private void checkLater(PubSubSession session) {
		Duration interval = this.connections.healthCheckInterval();
		if (!interval.isZero()) {
			CompletableFuture.delayedExecutor(interval.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
				.execute(() -> check(session));
		}
	}

	private void check(PubSubSession session) {
		if (this.closed || !isCurrent(session)) {
			return;
		}
		session.isUsable().thenAccept((usable) -> {
			if (usable) {
				this.listener.subscribeMissing();
				checkLater(session);
			}
			else {
				giveUp(session);
			}
		});
	}

	private boolean isCurrent(PubSubSession session) {
		CompletableFuture<PubSubSession> current = this.opened.get();
		return current != null && current.isDone() && !current.isCompletedExceptionally() && current.join() == session;
	}

	private void giveUp(PubSubSession session) {
		CompletableFuture<PubSubSession> current = this.opened.get();
		if (!this.closed && isCurrent(session) && this.opened.compareAndSet(current, null)) {
			logger.info("The connection that listens for " + this.purpose
					+ " is dead, or not to the master; another one takes its place");
			session.close();
			this.listener.subscribeMissing();
		}
	}

	/**
	 * Which channels or patterns are not known to be subscribed.
	 * @param names channels or patterns
	 * @return those without confirmation since the last reconnect
	 */
	public Set<String> notSubscribed(Collection<String> names) {
		Set<String> missing = new HashSet<>(names);
		CompletableFuture<PubSubSession> current = this.opened.get();
		if (current != null && current.isDone() && !current.isCompletedExceptionally()) {
			missing.removeIf(current.join()::isConfirmed);
		}
		return missing;
	}

	/**
	 * Closes the connection, if there is one. Idempotent.
	 */
	@Override
	public void close() {
		this.closed = true;
		CompletableFuture<PubSubSession> current = this.opened.get();
		if (current == null || current.isCompletedExceptionally()) {
			return;
		}
		try {
			current.thenCompose(PubSubSession::close).get(CLOSE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("The connection that listens for " + this.purpose + " was not closed properly", ex);
		}
	}

}
