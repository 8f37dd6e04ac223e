package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.WaitStrategy;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisFailures;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.UnblockType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * One connection of a consumer, from connecting to its loss. For the polling thread.
 */
final class ConsumerSession {

	private static final Log logger = LogFactory.getLog(ConsumerSession.class);

	private final StatefulRedisConnection<byte[], byte[]> connection;

	private final long clientId;

	private final ArrivalSignal signal;

	private ConsumerSession(StatefulRedisConnection<byte[], byte[]> connection, long clientId, ArrivalSignal signal) {
		this.connection = connection;
		this.clientId = clientId;
		this.signal = signal;
	}

	/**
	 * Connects.
	 * @param connections makes the connection
	 * @param options tell how to wait
	 * @param bell rung when messages may have come, and when the connection is lost
	 * @return the session
	 * @throws BrokerUnavailableException if Redis cannot be reached
	 * @throws InterruptedException if interrupted
	 */
	static ConsumerSession open(RedisConnections connections, RedisTransportOptions options, Semaphore bell)
			throws InterruptedException {
		StatefulRedisConnection<byte[], byte[]> connection = connections.openConsumer();
		try {
			connection.addListener(new RedisConnectionStateListener() {

				@Override
				public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
					bell.release();
				}

			});
			Duration patience = connections.commandTimeout();
			long clientId = get(connection.async().clientId(), patience);
			ArrivalSignal signal = signal(connection, options, bell, patience);
			return new ConsumerSession(connection, clientId, signal);
		}
		catch (CompletionException ex) {
			connection.closeAsync();
			throw new BrokerUnavailableException("Cannot consume from Redis: " + connections.describe(ex),
					CeleryException.unwrap(ex));
		}
		catch (InterruptedException ex) {
			connection.closeAsync();
			throw ex;
		}
	}

	private static ArrivalSignal signal(StatefulRedisConnection<byte[], byte[]> connection,
			RedisTransportOptions options, Semaphore bell, Duration patience) throws InterruptedException {
		Duration interval = options.pollingInterval();
		if (options.waitStrategy() == WaitStrategy.TRACKING && switchTrackingOn(connection, patience)) {
			TrackingSignal signal = new TrackingSignal(connection.async(), patience,
					(interval != null) ? interval : TrackingSignal.SAFETY_POLL, bell);
			connection.addListener(signal);
			return signal;
		}
		Duration longest = shorter(patience.dividedBy(2), BlockingPopSignal.TIMEOUT);
		return new BlockingPopSignal(connection.async(), (interval != null) ? shorter(interval, longest) : longest);
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	private static boolean switchTrackingOn(StatefulRedisConnection<byte[], byte[]> connection, Duration patience)
			throws InterruptedException {
		if (connection instanceof StatefulRedisConnectionImpl<?, ?> known
				&& known.getConnectionState().getNegotiatedProtocolVersion() != ProtocolVersion.RESP3) {
			logger.info("Waiting for messages with BRPOP because Redis does not speak RESP3");
			return false;
		}
		try {
			get(connection.async().clientTracking(TrackingArgs.Builder.enabled().noloop().optin()), patience);
			// May be refused, too.
			get(connection.async().clientCaching(true), patience);
			return true;
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RedisCommandExecutionException && !RedisFailures.isPassing(ex)) {
				logger.info("Waiting for messages with BRPOP because Redis refused CLIENT TRACKING: "
						+ ex.getCause().getMessage());
				return false;
			}
			throw ex;
		}
	}

	/**
	 * Waits for a reply.
	 * @throws CompletionException with the failure
	 * @throws InterruptedException if interrupted
	 */
	static <T> T get(CompletionStage<T> reply, Duration patience) throws InterruptedException {
		try {
			// The command has a timeout of its own, which tells more.
			return reply.toCompletableFuture().get(patience.toMillis() + 1000, TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw new CompletionException(CeleryException.unwrap(ex));
		}
		catch (TimeoutException ex) {
			throw new CompletionException(new BrokerUnavailableException("No reply within " + patience, ex));
		}
	}

	boolean isOpen() {
		return this.connection.isOpen();
	}

	RedisAsyncCommands<byte[], byte[]> redis() {
		return this.connection.async();
	}

	long clientId() {
		return this.clientId;
	}

	ArrivalSignal signal() {
		return this.signal;
	}

	/**
	 * Ends the connection. What a {@code BRPOP} on its way still pops is given back.
	 * @param unacked gives it back
	 * @param connections wakes the blocked connection
	 */
	void close(UnackedMessages unacked, RedisConnections connections) {
		if (!(this.signal instanceof BlockingPopSignal blocking)) {
			this.connection.close();
			return;
		}
		if (blocking.isBlocking()) {
			connections.execute((redis) -> redis.clientUnblock(this.clientId, UnblockType.TIMEOUT));
		}
		blocking.last().whenComplete((popped, failure) -> {
			if (popped != null) {
				unacked.unpop(popped);
			}
			this.connection.closeAsync();
		});
	}

}
