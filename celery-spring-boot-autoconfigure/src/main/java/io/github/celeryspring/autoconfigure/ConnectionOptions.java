package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnectionOptions.KeepAlive;
import org.jspecify.annotations.Nullable;

/**
 * Turns properties into what connections take.
 */
final class ConnectionOptions {

	private static final String KEEPALIVE = CeleryOptionKeys.BROKER.property() + ".socket-keepalive-options";

	private ConnectionOptions() {
	}

	/**
	 * Options of the connections to the broker.
	 * @param properties the properties
	 * @return the options
	 * @throws CeleryConfigurationException if a value makes no sense
	 */
	static RedisConnectionOptions broker(BrokerConnectionProperties properties) {
		KeepAlive keepAlive = keepAlive(properties.socketKeepaliveOptions());
		return CeleryConfigurationException.unlessIllegal(CeleryOptionKeys.BROKER::propertyOf,
				() -> new RedisConnectionOptions(properties.clientName(), properties.socketTimeout(),
						properties.socketConnectTimeout(), properties.socketKeepalive(), keepAlive,
						properties.healthCheckInterval()));
	}

	/**
	 * Options of the connections to the results.
	 * @param properties the properties
	 * @param broker what counts where they say nothing
	 * @return the options
	 * @throws CeleryConfigurationException if a value makes no sense
	 */
	static RedisConnectionOptions results(ResultRedisProperties properties, RedisConnectionOptions broker) {
		return CeleryConfigurationException.unlessIllegal(ConnectionOptions::propertyOfResults,
				() -> new RedisConnectionOptions(orElse(properties.redisClientName(), broker.clientName()),
						orElse(properties.redisSocketTimeout(), broker.socketTimeout()),
						orElse(properties.redisSocketConnectTimeout(), broker.socketConnectTimeout()),
						orElse(properties.redisSocketKeepalive(), broker.socketKeepalive()), broker.keepAlive(),
						orElse(properties.redisBackendHealthCheckInterval(), broker.healthCheckInterval())));
	}

	private static String propertyOfResults(String option) {
		return "celery.redis-" + (option.equals("health-check-interval") ? "backend-" : "") + option;
	}

	private static <T> T orElse(@Nullable T value, T other) {
		return (value != null) ? value : other;
	}

	private static KeepAlive keepAlive(Map<String, String> options) {
		Duration idle = KeepAlive.DEFAULTS.idle();
		Duration interval = KeepAlive.DEFAULTS.interval();
		int count = KeepAlive.DEFAULTS.count();
		for (Map.Entry<String, String> option : options.entrySet()) {
			int value = number(option.getKey(), option.getValue());
			switch (option.getKey().replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT)) {
				// Python's names, and what Linux and redis-py's users write for them.
				case "TCPKEEPIDLE", "4" -> idle = Duration.ofSeconds(value);
				case "TCPKEEPINTVL", "5" -> interval = Duration.ofSeconds(value);
				case "TCPKEEPCNT", "6" -> count = value;
				default -> throw new CeleryConfigurationException(
						"'" + KEEPALIVE + "' has the key '" + option.getKey() + "', which is not known.",
						"Known are TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT, also as 4, 5 and 6.", null);
			}
		}
		return new KeepAlive(idle, interval, count);
	}

	private static int number(String key, String value) {
		try {
			int number = Integer.parseInt(value.strip());
			if (number > 0) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Told below.
		}
		throw new CeleryConfigurationException("'" + KEEPALIVE + "." + key + "' is not a whole number from 1.",
				"Correct the value: seconds, or for TCP_KEEPCNT how many probes may stay unanswered.", null);
	}

}
