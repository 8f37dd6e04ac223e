package io.github.celeryspring.redis;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * What all connections of an application to one Redis have in common. The names are those
 * of redis-py, which kombu and Celery pass on.
 *
 * @param clientName shown by {@code CLIENT LIST}; without spaces
 * @param socketTimeout longest time for one command
 * @param socketConnectTimeout longest time to connect
 * @param socketKeepalive whether the kernel probes idle connections
 * @param keepAlive how it does
 * @param healthCheckInterval an idle connection that only listens is asked for a sign of
 * life this often; zero for never
 * @since 0.1.0
 */
public record RedisConnectionOptions(String clientName, Duration socketTimeout, Duration socketConnectTimeout,
		boolean socketKeepalive, KeepAlive keepAlive, Duration healthCheckInterval) {

	/** Ten seconds for a command, five to connect, dead peers found within a minute. */
	public static final RedisConnectionOptions DEFAULTS = new RedisConnectionOptions("celery-spring",
			Duration.ofSeconds(10), Duration.ofSeconds(5), true, KeepAlive.DEFAULTS, Duration.ofSeconds(25));

	public RedisConnectionOptions {
		// Redis refuses such a name, and Lettuce the connection with it.
		Assert.isTrue(!clientName.isEmpty() && clientName.chars().allMatch((each) -> each > ' ' && each <= '~'),
				"'clientName' must not be empty or contain white space");
		Assert.isTrue(socketTimeout.toMillis() > 0, "'socketTimeout' must be positive");
		Assert.isTrue(socketConnectTimeout.toMillis() > 0, "'socketConnectTimeout' must be positive");
		Assert.isTrue(!healthCheckInterval.isNegative(), "'healthCheckInterval' must not be negative");
	}

	/**
	 * The defaults with other timeouts.
	 * @param clientName shown by {@code CLIENT LIST}
	 * @param socketTimeout longest time for one command
	 * @param socketConnectTimeout longest time to connect
	 */
	public RedisConnectionOptions(String clientName, Duration socketTimeout, Duration socketConnectTimeout) {
		this(clientName, socketTimeout, socketConnectTimeout, DEFAULTS.socketKeepalive, DEFAULTS.keepAlive,
				DEFAULTS.healthCheckInterval);
	}

	/**
	 * How the kernel probes an idle connection: {@code socket_keepalive_options}.
	 *
	 * @param idle silence before the first probe, {@code TCP_KEEPIDLE}
	 * @param interval time between probes, {@code TCP_KEEPINTVL}
	 * @param count how many may stay unanswered, {@code TCP_KEEPCNT}
	 */
	public record KeepAlive(Duration idle, Duration interval, int count) {

		/** A dead peer is found within a minute; the default of Linux is two hours. */
		public static final KeepAlive DEFAULTS = new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(10), 3);

		public KeepAlive {
			Assert.isTrue(idle.toSeconds() > 0, "'TCP_KEEPIDLE' must be at least a second");
			Assert.isTrue(interval.toSeconds() > 0, "'TCP_KEEPINTVL' must be at least a second");
			Assert.isTrue(count > 0, "'TCP_KEEPCNT' must be positive");
		}

	}

}
