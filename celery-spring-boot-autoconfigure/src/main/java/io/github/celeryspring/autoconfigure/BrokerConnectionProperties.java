package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Those of kombu's transport options that are about connections, by its names.
 *
 * @param socketTimeout Longest time for one Redis command. A plain number is seconds.
 * @param socketConnectTimeout Longest time to connect to Redis. A plain number is
 * seconds.
 * @param socketKeepalive Whether the kernel probes idle connections. Not for unix
 * sockets.
 * @param socketKeepaliveOptions How the kernel probes idle connections: TCP_KEEPIDLE and
 * TCP_KEEPINTVL in seconds, TCP_KEEPCNT; also by the numbers that Linux has for them, as
 * redis-py takes them: 4, 5 and 6. Without it after 30 seconds, each 10 seconds, 3 times.
 * @param healthCheckInterval How often an idle connection that only listens is asked for
 * a sign of life. A plain number is seconds; 0 is never.
 * @param clientName Name of the connections in Redis' CLIENT LIST, without spaces.
 * @param masterName Name of the master that the Sentinels of a sentinel:// URL are asked
 * for.
 * @param minOtherSentinels How many other Sentinels the one that answers must know.
 * @param sentinelKwargs How to log in at the Sentinels themselves.
 */
@ConfigurationProperties("celery.broker-transport-options")
record BrokerConnectionProperties(
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s") Duration socketTimeout,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("5s") Duration socketConnectTimeout,
		@DefaultValue("true") boolean socketKeepalive, @DefaultValue Map<String, String> socketKeepaliveOptions,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("25s") Duration healthCheckInterval,
		@DefaultValue("celery-spring") String clientName, @Nullable String masterName,
		@DefaultValue("0") int minOtherSentinels,
		@NestedConfigurationProperty @DefaultValue SentinelKwargs sentinelKwargs) {

}
