package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Celery's settings about the broker and the results.
 *
 * @param brokerUrl URL of the broker: redis://, rediss://, redis+socket:// or
 * sentinel://, or several with semicolons between them. Without it, in this order: the
 * application's Spring Data Redis connection if it configured one, the embedded
 * redis-server if its jar is there, redis://localhost:6379/0.
 * @param brokerUseSsl TLS of the connections to the broker.
 * @param resultBackend URL of the Redis for the results, as that of the broker;
 * 'disabled://' to keep none, 'redis' for that of celery.redis-host. Without it the
 * broker's Redis stores them.
 * @param redisBackendUseSsl TLS of the connections to the Redis in celery.result-backend.
 * @param resultExpires How long results are kept. A plain number is seconds; 0 keeps them
 * for ever.
 * @param resultExtended Whether results tell the name of the task, its arguments, the
 * worker, the queue and the stamps.
 * @param jsonTaggedTypes Whether dates, times, UUIDs, decimals and bytes are written as
 * kombu's '__type__' objects, which Python turns into its own types again. Set to false
 * for peers older than kombu 5.3: they get plain ISO text.
 */
@ConfigurationProperties("celery")
record CeleryProperties(@Nullable String brokerUrl, @NestedConfigurationProperty @Nullable UseSsl brokerUseSsl,
		@Nullable String resultBackend, @NestedConfigurationProperty @Nullable UseSsl redisBackendUseSsl,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("1d") Duration resultExpires,
		@DefaultValue("false") boolean resultExtended, @DefaultValue("true") boolean jsonTaggedTypes) {

	/**
	 * Shows no URL: there may be a password in it.
	 */
	@Override
	public String toString() {
		return "CeleryProperties";
	}

}
