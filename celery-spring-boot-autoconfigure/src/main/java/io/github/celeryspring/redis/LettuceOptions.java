package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import org.jspecify.annotations.Nullable;

/**
 * Our options in the words of Lettuce.
 *
 * @param options names and timeouts
 * @param settings what the application brings along
 */
record LettuceOptions(RedisConnectionOptions options, LettuceSettings settings) {

	private static final int MAX_QUEUED_COMMANDS = 100_000;

	/**
	 * Longest time for the first words over a new connection: who is swallowed there
	 * tries again soon, and is served when Redis is back.
	 */
	static final Duration HANDSHAKE_TIMEOUT = Duration.ofMillis(2500);

	/** A Sentinel answers at once, or is of no use. */
	private static final Duration SENTINEL_TIMEOUT = Duration.ofSeconds(1);

	/** Lettuce's default grows to 30 seconds, which acknowledgements would wait. */
	private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(2);

	/**
	 * Threads and the like are shared with the application, if it has any to share, and
	 * outlive ours then; how fast to reconnect is our own affair.
	 * @param probe asks whether Redis answers a new connection
	 */
	ClientResources resources(Supplier<CompletionStage<?>> probe) {
		ClientResources.Builder builder = ClientResources.builder()
			.reconnectDelay(
					Delay.exponential(Duration.ofMillis(10), LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS));
		ClientResources shared = this.settings.resources();
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
		return builder.nettyCustomizer(new ConnectionWatch(customizer, probe)).build();
	}

	/** Options for all connections to servers that are spoken to with the same TLS. */
	ClientOptions.Builder client(@Nullable RedisTls tls) {
		ClientOptions.Builder builder = ClientOptions.builder();
		if (tls != null && tls.options() != null) {
			builder.sslOptions(tls.options());
		}
		RedisCredentialsProvider credentials = this.settings.credentials();
		if (credentials != null && credentials.supportsStreaming()) {
			builder.reauthenticateBehavior(ClientOptions.ReauthenticateBehavior.ON_NEW_CREDENTIALS);
		}
		builder = this.settings.customizer().apply(builder);
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
			.socketOptions(socket(this.options.socketConnectTimeout()));
	}

	/** Options for connections that ask a Sentinel one thing and end. */
	ClientOptions sentinel(SentinelOptions sentinel) {
		Duration timeout = sentinelTimeout();
		ClientOptions.Builder builder = client(sentinel.tls()).autoReconnect(false)
			.reauthenticateBehavior(ClientOptions.ReauthenticateBehavior.DEFAULT)
			.timeoutOptions(TimeoutOptions.enabled(timeout))
			.socketOptions(socket(timeout));
		return builder.build();
	}

	private SocketOptions socket(Duration connectTimeout) {
		SocketOptions.Builder builder = SocketOptions.builder().connectTimeout(connectTimeout).tcpNoDelay(true);
		if (!this.options.socketKeepalive()) {
			return builder.keepAlive(false).build();
		}
		RedisConnectionOptions.KeepAlive keepAlive = this.options.keepAlive();
		return builder
			.keepAlive(SocketOptions.KeepAliveOptions.builder()
				.enable()
				.idle(keepAlive.idle())
				.interval(keepAlive.interval())
				.count(keepAlive.count())
				.build())
			.build();
	}

	/**
	 * The way to an endpoint. Of several servers it is the first; the address of a master
	 * is not in it.
	 * @param endpoint the endpoint
	 */
	RedisURI uri(RedisEndpoint endpoint) {
		if (endpoint instanceof RedisEndpoint.Standalone server) {
			RedisURI.Builder builder = RedisURI.builder().withHost(server.host()).withPort(server.port());
			return uri(builder, server, credentials(server.username(), server.password()));
		}
		if (endpoint instanceof RedisEndpoint.Socket server) {
			return uri(RedisURI.Builder.socket(server.path()), server,
					credentials(server.username(), server.password()));
		}
		if (endpoint instanceof RedisEndpoint.Sentinel servers) {
			RedisURI.Builder builder = RedisURI.builder().withHost(servers.options().masterName());
			return uri(builder, servers, credentials(servers.username(), servers.password()));
		}
		return uri(((RedisEndpoint.Alternates) endpoint).endpoints().get(0));
	}

	private RedisURI uri(RedisURI.Builder builder, RedisEndpoint endpoint, RedisCredentialsProvider credentials) {
		return uri(builder.withDatabase(endpoint.database()), endpoint.tls(), credentials);
	}

	/** The way to a Sentinel itself. */
	RedisURI uri(RedisEndpoint.HostAndPort sentinel, SentinelOptions sentinelOptions) {
		RedisURI.Builder builder = RedisURI.builder().withHost(sentinel.host()).withPort(sentinel.port());
		RedisURI uri = uri(builder, sentinelOptions.tls(),
				fixed(sentinelOptions.username(), sentinelOptions.password()));
		uri.setTimeout(sentinelTimeout());
		return uri;
	}

	private RedisURI uri(RedisURI.Builder builder, @Nullable RedisTls tls, RedisCredentialsProvider credentials) {
		builder.withClientName(this.options.clientName())
			.withTimeout(handshakeTimeout())
			.withAuthentication(credentials);
		if (tls != null) {
			builder.withSsl(true).withVerifyPeer(verifyMode(tls));
		}
		return builder.build();
	}

	private Duration handshakeTimeout() {
		return shorter(this.options.socketTimeout(), HANDSHAKE_TIMEOUT);
	}

	private Duration sentinelTimeout() {
		return shorter(this.options.socketConnectTimeout(), SENTINEL_TIMEOUT);
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

	private RedisCredentialsProvider credentials(@Nullable String username, @Nullable String password) {
		RedisCredentialsProvider provider = this.settings.credentials();
		return (provider != null) ? provider : fixed(username, password);
	}

	private static RedisCredentialsProvider fixed(@Nullable String username, @Nullable String password) {
		RedisCredentials credentials = RedisCredentials.just(username,
				(password != null) ? password.toCharArray() : null);
		return (RedisCredentialsProvider.ImmediateRedisCredentialsProvider) () -> credentials;
	}

}
