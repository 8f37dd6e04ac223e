package io.github.celeryspring.redis;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * What all connections of an application to one Redis have in common.
 *
 * @param clientName shown by {@code CLIENT LIST}; without spaces
 * @param socketTimeout longest time for one command
 * @param socketConnectTimeout longest time to connect
 * @since 0.1.0
 */
public record RedisConnectionOptions(String clientName, Duration socketTimeout, Duration socketConnectTimeout) {

	/** Ten seconds for a command, five to connect. */
	public static final RedisConnectionOptions DEFAULTS = new RedisConnectionOptions("celery-spring",
			Duration.ofSeconds(10), Duration.ofSeconds(5));

	public RedisConnectionOptions {
		Assert.isTrue(socketTimeout.toMillis() > 0, "'socketTimeout' must be positive");
		Assert.isTrue(socketConnectTimeout.toMillis() > 0, "'socketConnectTimeout' must be positive");
	}

}
