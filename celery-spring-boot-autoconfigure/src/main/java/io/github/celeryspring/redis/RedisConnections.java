package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one Redis. Thread-safe. Nothing connects before it is asked for.
 * {@code CLIENT LIST} shows all of them with the name {@code client_name}:
 * <ul>
 * <li>one for commands, shared</li>
 * <li>one for each consumer, which a worker has one of</li>
 * <li>one for each publish/subscribe connection: results have one while anybody waits for
 * one</li>
 * <li>at a Sentinel, the one that answered last: one, which tells when the master
 * moves</li>
 * </ul>
 * To find a server, one more is opened for a moment before each connect: to each Sentinel
 * that is asked, or to the alternate that is tried. All connections go to the same
 * server, also after it changed.
 *
 * @since 0.1.0
 */
public final class RedisConnections implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisConnections.class);

	private static final long SHUTDOWN_SECONDS = 2;

	private final RedisEndpoint endpoint;

	private final RedisConnectionOptions options;

	private final RedisSettingNames names;

	private final ClientResources resources;

	private final RedisURI uri;

	private final @Nullable ServerLocator locator;

	private final LocatingClient commandClient;

	private final LocatingClient consumerClient;

	private final AtomicReference<@Nullable SharedConnection> shared = new AtomicReference<>();

	/**
	 * Creates the connections without connecting.
	 * @param endpoint where Redis is
	 * @param options names and timeouts
	 * @param settings what the application brings along for Lettuce
	 * @param names what messages call the settings of this Redis
	 * @throws NativeTransportMissingException if it is a unix socket and netty cannot
	 * connect to one here
	 */
	public RedisConnections(RedisEndpoint endpoint, RedisConnectionOptions options, LettuceSettings settings,
			RedisSettingNames names) {
		NativeTransport.check(endpoint);
		this.endpoint = endpoint;
		this.options = options;
		this.names = names;
		LettuceOptions lettuce = new LettuceOptions(options, settings);
		this.resources = lettuce.resources(this::probe);
		if (endpoint instanceof RedisEndpoint.Alternates alternates) {
			AlternatesLocator chooser = new AlternatesLocator(alternates, lettuce, this.resources, this::cut);
			this.locator = chooser;
			this.uri = chooser.uri();
		}
		else {
			this.locator = (endpoint instanceof RedisEndpoint.Sentinel sentinel)
					? new SentinelLocator(sentinel, lettuce, this.resources, this::cut) : null;
			this.uri = lettuce.uri(endpoint);
		}
		this.commandClient = new LocatingClient(this.resources,
				lettuce.client(endpoint.tls()).autoReconnect(true).build(), this.locator);
		// A consumer opens a new connection itself: tracking must be switched on again,
		// and a fetch in flight must never be replayed.
		this.consumerClient = new LocatingClient(this.resources,
				lettuce.client(endpoint.tls()).autoReconnect(false).build(), this.locator);
	}

	/**
	 * Creates the connections of an application whose settings have no names.
	 * @param endpoint where Redis is
	 * @param options names and timeouts
	 * @param settings what the application brings along for Lettuce
	 */
	public RedisConnections(RedisEndpoint endpoint, RedisConnectionOptions options, LettuceSettings settings) {
		this(endpoint, options, settings, RedisSettingNames.DEFAULTS);
	}

	/**
	 * Creates the connections with Lettuce's own threads and default options.
	 * @param endpoint where Redis is
	 * @param options names and timeouts
	 */
	public RedisConnections(RedisEndpoint endpoint, RedisConnectionOptions options) {
		this(endpoint, options, LettuceSettings.DEFAULTS);
	}

	/**
	 * Where these connections go.
	 * @return the endpoint
	 */
	public RedisEndpoint endpoint() {
		return this.endpoint;
	}

	/**
	 * The longest time that one command may take.
	 * @return {@code socket_timeout}
	 */
	public Duration commandTimeout() {
		return this.options.socketTimeout();
	}

	/**
	 * How often a connection that only listens is asked for a sign of life.
	 * @return {@code health_check_interval}; zero for never
	 */
	public Duration healthCheckInterval() {
		return this.options.healthCheckInterval();
	}

	/**
	 * The shared connection for commands that do not block. It reconnects by itself and
	 * refuses commands while it is down.
	 * @return completed if connected once before; a failed attempt is repeated by the
	 * next call
	 */
	public CompletableFuture<StatefulRedisConnection<byte[], byte[]>> commands() {
		return shared().made();
	}

	private SharedConnection shared() {
		SharedConnection current = this.shared.get();
		if (current != null && !current.hasFailed()) {
			return current;
		}
		SharedConnection mine = new SharedConnection();
		if (!this.shared.compareAndSet(current, mine)) {
			return shared();
		}
		try {
			this.commandClient.connectAsync(ByteArrayCodec.INSTANCE, this.uri).whenComplete((connection, failure) -> {
				if (connection != null) {
					mine.complete(connection);
				}
				else {
					mine.fail(unavailable(failure));
				}
			});
		}
		catch (RuntimeException ex) {
			mine.fail(unavailable(ex));
		}
		return mine;
	}

	/**
	 * Runs commands on the shared connection, connecting first if need be; what comes
	 * before the connection is made is run in the order in which it came. A reply that
	 * tells that the server is no longer the master ends all connections, so that the
	 * next ones are made to whatever the address means then.
	 * @param <T> the result
	 * @param work sends the commands; must not block
	 * @return the result; failures are those of Lettuce, or
	 * {@link BrokerUnavailableException}
	 */
	public <T> CompletableFuture<T> execute(
			Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> work) {
		SharedConnection used = shared();
		return used.run(work).whenComplete((reply, failure) -> {
			if (failure != null && RedisFailures.isDemotion(failure)) {
				forget(used);
			}
		});
	}

	private void forget(SharedConnection demoted) {
		if (this.shared.compareAndSet(demoted, null)) {
			demoted.made().thenAccept(StatefulRedisConnection::closeAsync);
			if (this.locator != null) {
				this.locator.demoted();
			}
			cut();
		}
	}

	/** Consumers connect anew themselves, all others are reconnected. */
	private void cut() {
		this.consumerClient.cut();
		this.commandClient.cut();
	}

	/**
	 * Opens a connection for one consumer; blocks for {@code socket_connect_timeout} and
	 * the time of a handshake at most. It does not reconnect.
	 * @return the connection; the caller closes it
	 * @throws BrokerUnavailableException if Redis cannot be reached
	 */
	public StatefulRedisConnection<byte[], byte[]> openConsumer() {
		try {
			return this.consumerClient.connectAsync(ByteArrayCodec.INSTANCE, this.uri)
				.toCompletableFuture()
				// Looking the name up has no other limit.
				.orTimeout(this.options.socketConnectTimeout().plus(LettuceOptions.HANDSHAKE_TIMEOUT).toMillis(),
						TimeUnit.MILLISECONDS)
				.join();
		}
		catch (CompletionException ex) {
			throw unavailable(ex.getCause());
		}
	}

	/** Asks whether Redis answers a new connection. */
	private CompletionStage<?> probe() {
		return this.consumerClient.connectAsync(ByteArrayCodec.INSTANCE, this.uri)
			.thenAccept(StatefulRedisConnection::closeAsync);
	}

	/**
	 * Opens a connection to subscribe with. It reconnects and subscribes again by itself.
	 * @return the connection; the caller closes it
	 */
	public CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> openPubSub() {
		CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> opened = new CompletableFuture<>();
		this.commandClient.connectPubSubAsync(ByteArrayCodec.INSTANCE, this.uri).whenComplete((connection, failure) -> {
			if (connection != null) {
				opened.complete(connection);
			}
			else {
				opened.completeExceptionally(unavailable(failure));
			}
		});
		return opened;
	}

	private BrokerUnavailableException unavailable(@Nullable Throwable failure) {
		String message = "Cannot connect to Redis at " + this.endpoint;
		if (failure == null) {
			return new BrokerUnavailableException(message, null);
		}
		return new BrokerUnavailableException(message + ": " + describe(failure), FailureHints.withoutSecrets(failure));
	}

	/**
	 * Says what happened and what to do about it.
	 * @param failure of a command, or of connecting, wrapped or not
	 * @return one line without secrets; the message itself if it is one of ours
	 */
	public String describe(Throwable failure) {
		return FailureHints.describe(CeleryException.unwrap(failure), this.names);
	}

	/**
	 * Closes all connections. Idempotent.
	 */
	@Override
	public void close() {
		// In this order: once the clients are closing they locate nothing any more.
		CompletableFuture<Void> closed = CompletableFuture.allOf(
				this.consumerClient.shutdownAsync(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS),
				this.commandClient.shutdownAsync(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS),
				(this.locator != null) ? this.locator.closeAsync() : CompletableFuture.completedFuture(null));
		try {
			closed.get(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("The connections to " + this.endpoint + " did not close in time", ex);
		}
		this.resources.shutdown(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
			.awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
	}

}
