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
import java.util.function.UnaryOperator;

import io.github.celeryspring.BrokerUnavailableException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one Redis: a shared one for commands, one per consumer, and those
 * for publish and subscribe. Thread-safe. Nothing connects before it is asked for.
 *
 * @since 0.1.0
 */
public final class RedisConnections implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisConnections.class);

	private static final long SHUTDOWN_SECONDS = 2;

	private static final int MAX_QUEUED_COMMANDS = 100_000;

	/** Finds a dead peer within a minute; the default of Linux is two hours. */
	private static final SocketOptions.KeepAliveOptions KEEP_ALIVE = SocketOptions.KeepAliveOptions.builder()
		.enable()
		.idle(Duration.ofSeconds(30))
		.interval(Duration.ofSeconds(10))
		.count(3)
		.build();

	/**
	 * Longest time for the first words over a new connection: who is swallowed there
	 * tries again soon, and is served when Redis is back.
	 */
	private static final Duration HANDSHAKE_TIMEOUT = Duration.ofMillis(2500);

	/** Lettuce's default grows to 30 seconds, which acknowledgements would wait. */
	private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(2);

	private final RedisEndpoint endpoint;

	private final RedisConnectionOptions options;

	private final RedisSettingNames names;

	private final ClientResources resources;

	private final RedisURI uri;

	private final RedisClient commandClient;

	private final RedisClient consumerClient;

	private final AtomicReference<@Nullable CompletableFuture<StatefulRedisConnection<byte[], byte[]>>> commands = new AtomicReference<>();

	/**
	 * Creates the connections without connecting.
	 * @param endpoint where Redis is
	 * @param options names and timeouts
	 * @param settings what the application brings along for Lettuce
	 * @param names what messages call the settings of this Redis
	 */
	public RedisConnections(RedisEndpoint endpoint, RedisConnectionOptions options, LettuceSettings settings,
			RedisSettingNames names) {
		this.endpoint = endpoint;
		this.options = options;
		this.names = names;
		this.resources = resources(settings.resources());
		this.uri = uri(endpoint, options);
		this.commandClient = RedisClient.create(this.resources);
		this.commandClient.setOptions(clientOptions(settings.customizer()).autoReconnect(true).build());
		this.consumerClient = RedisClient.create(this.resources);
		// A consumer opens a new connection itself: tracking must be switched on again,
		// and a fetch in flight must never be replayed.
		this.consumerClient.setOptions(clientOptions(settings.customizer()).autoReconnect(false).build());
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
	 * Threads and the like are shared with the application, if it has any to share, and
	 * outlive ours then; how fast to reconnect is our own affair.
	 */
	private ClientResources resources(@Nullable ClientResources shared) {
		ClientResources.Builder builder = ClientResources.builder()
			.reconnectDelay(
					Delay.exponential(Duration.ofMillis(10), LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS));
		if (shared != null) {
			builder.eventLoopGroupProvider(shared.eventLoopGroupProvider())
				.eventExecutorGroup(shared.eventExecutorGroup())
				.timer(shared.timer())
				.commandLatencyRecorder(shared.commandLatencyRecorder())
				.socketAddressResolver(shared.socketAddressResolver())
				.addressResolverGroup(shared.addressResolverGroup())
				.tracing(shared.tracing());
		}
		NettyCustomizer customizer = (shared != null) ? shared.nettyCustomizer() : new NettyCustomizer() {
		};
		return builder.nettyCustomizer(new ConnectionWatch(customizer, this::probe)).build();
	}

	private CompletionStage<?> probe() {
		return this.consumerClient.connectAsync(ByteArrayCodec.INSTANCE, this.uri)
			.thenAccept(StatefulRedisConnection::closeAsync);
	}

	private ClientOptions.Builder clientOptions(UnaryOperator<ClientOptions.Builder> customizer) {
		ClientOptions.Builder builder = ClientOptions.builder();
		if (this.endpoint instanceof RedisEndpoint.Standalone standalone && standalone.tls() != null
				&& standalone.tls().options() != null) {
			builder.sslOptions(standalone.tls().options());
		}
		builder = customizer.apply(builder);
		// No protocol is demanded: RESP3 if the server has it, else RESP2.
		return builder.protocolVersion(null)
			// Lettuce's default, buffering and replaying, would push a message twice.
			// Refusing also fails at once what was on its way when the connection broke.
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			// A filtered command would never complete. What remains to be replayed was
			// never written to the socket.
			.replayFilter((command) -> false)
			.requestQueueSize(MAX_QUEUED_COMMANDS)
			.publishOnScheduler(false)
			.timeoutOptions(TimeoutOptions.enabled(this.options.socketTimeout()))
			.socketOptions(SocketOptions.builder()
				.connectTimeout(this.options.socketConnectTimeout())
				.keepAlive(KEEP_ALIVE)
				.tcpNoDelay(true)
				.build());
	}

	private static RedisURI uri(RedisEndpoint endpoint, RedisConnectionOptions options) {
		RedisEndpoint.Standalone standalone = (RedisEndpoint.Standalone) endpoint;
		RedisURI.Builder builder = RedisURI.builder()
			.withHost(standalone.host())
			.withPort(standalone.port())
			.withDatabase(standalone.database())
			.withClientName(options.clientName())
			.withTimeout(shorter(options.socketTimeout(), HANDSHAKE_TIMEOUT));
		if (standalone.password() != null) {
			if (standalone.username() != null) {
				builder.withAuthentication(standalone.username(), standalone.password().toCharArray());
			}
			else {
				builder.withPassword(standalone.password().toCharArray());
			}
		}
		RedisTls tls = standalone.tls();
		if (tls != null) {
			builder.withSsl(true).withVerifyPeer(verifyMode(tls));
		}
		return builder.build();
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	private static SslVerifyMode verifyMode(RedisTls tls) {
		if (!tls.verifyCertificate()) {
			return SslVerifyMode.NONE;
		}
		return tls.verifyHostname() ? SslVerifyMode.FULL : SslVerifyMode.CA;
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
		CompletableFuture<StatefulRedisConnection<byte[], byte[]>> current = this.commands.get();
		if (current != null && !current.isCompletedExceptionally()) {
			return current;
		}
		CompletableFuture<StatefulRedisConnection<byte[], byte[]>> mine = new CompletableFuture<>();
		if (!this.commands.compareAndSet(current, mine)) {
			return commands();
		}
		try {
			this.commandClient.connectAsync(ByteArrayCodec.INSTANCE, this.uri)
				.whenComplete((connection, failure) -> complete(mine, connection, failure));
		}
		catch (RuntimeException ex) {
			mine.completeExceptionally(unavailable(ex));
		}
		return mine;
	}

	/**
	 * Runs commands on the shared connection, connecting first if need be. A reply that
	 * tells that the server is no longer the master ends the connection, so that the next
	 * one is made to whatever the address means then.
	 * @param <T> the result
	 * @param work sends the commands; must not block
	 * @return the result; failures are those of Lettuce, or
	 * {@link BrokerUnavailableException}
	 */
	public <T> CompletableFuture<T> execute(
			Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> work) {
		return commands().thenCompose((connection) -> work.apply(connection.async()).whenComplete((reply, failure) -> {
			if (failure != null && RedisFailures.isDemotion(failure)) {
				forget(connection);
			}
		}));
	}

	private void forget(StatefulRedisConnection<byte[], byte[]> connection) {
		CompletableFuture<StatefulRedisConnection<byte[], byte[]>> current = this.commands.get();
		if (current != null && current.isDone() && !current.isCompletedExceptionally() && current.join() == connection
				&& this.commands.compareAndSet(current, null)) {
			connection.closeAsync();
		}
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
				.orTimeout(this.options.socketConnectTimeout().plus(HANDSHAKE_TIMEOUT).toMillis(),
						TimeUnit.MILLISECONDS)
				.join();
		}
		catch (CompletionException ex) {
			throw unavailable(ex.getCause());
		}
	}

	/**
	 * Opens a connection to subscribe with. It reconnects and subscribes again by itself.
	 * @return the connection; the caller closes it
	 */
	public CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> openPubSub() {
		CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> opened = new CompletableFuture<>();
		this.commandClient.connectPubSubAsync(ByteArrayCodec.INSTANCE, this.uri)
			.whenComplete((connection, failure) -> complete(opened, connection, failure));
		return opened;
	}

	private <C> void complete(CompletableFuture<C> future, @Nullable C connection, @Nullable Throwable failure) {
		if (connection != null) {
			future.complete(connection);
		}
		else {
			future.completeExceptionally(unavailable(failure));
		}
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
		return FailureHints.describe(RedisFailures.unwrap(failure), this.names);
	}

	/**
	 * Closes all connections. Idempotent.
	 */
	@Override
	public void close() {
		CompletableFuture<Void> closed = CompletableFuture.allOf(
				this.consumerClient.shutdownAsync(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS),
				this.commandClient.shutdownAsync(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS));
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
