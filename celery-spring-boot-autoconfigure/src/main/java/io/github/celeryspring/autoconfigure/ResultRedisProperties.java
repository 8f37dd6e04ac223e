package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Celery's {@code redis_*} settings, which are about the result backend.
 *
 * @param redisHost Host of the results. Only for the result backend 'redis'.
 * @param redisPort Port of the results. Only for the result backend 'redis'.
 * @param redisDb Database number of the results. Only for the result backend 'redis'.
 * @param redisUsername ACL user at the Redis of the results, if celery.result-backend
 * names neither user nor password.
 * @param redisPassword Password at the Redis of the results, if celery.result-backend
 * names neither user nor password.
 * @param redisSocketTimeout Longest time for one Redis command about results. A plain
 * number is seconds. Without it that of the broker.
 * @param redisSocketConnectTimeout Longest time to connect to the Redis of the results. A
 * plain number is seconds. Without it that of the broker.
 * @param redisSocketKeepalive Whether the kernel probes idle connections to the Redis of
 * the results. Without it as for the broker.
 * @param redisClientName Name of the connections for results in Redis' CLIENT LIST,
 * without spaces. Without it that of the broker.
 * @param redisBackendHealthCheckInterval How often the connection that waits for results
 * is asked for a sign of life. A plain number is seconds; 0 is never. Without it as for
 * the broker.
 */
@ConfigurationProperties("celery")
record ResultRedisProperties(@DefaultValue("localhost") String redisHost, @DefaultValue("6379") int redisPort,
		@DefaultValue("0") int redisDb, @Nullable String redisUsername, @Nullable String redisPassword,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration redisSocketTimeout,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration redisSocketConnectTimeout,
		@Nullable Boolean redisSocketKeepalive, @Nullable String redisClientName,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration redisBackendHealthCheckInterval) {

	/**
	 * Shows no password.
	 */
	@Override
	public String toString() {
		return "ResultRedisProperties";
	}

}
