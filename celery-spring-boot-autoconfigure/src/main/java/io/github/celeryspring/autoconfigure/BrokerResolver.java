package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.CeleryRedisUrl;
import io.github.celeryspring.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Finds the broker when there are no connection details of the user's own:
 * {@code celery.broker-url}, else the application's Spring Data Redis connection, else
 * the embedded Redis, else Celery's default.
 */
final class BrokerResolver {

	private static final String DEFAULT_URL = "redis://localhost:6379/0";

	private final CeleryUrls urls;

	private final ApplicationDataRedis dataRedis;

	private final ObjectProvider<EmbeddedBroker> embeddedBroker;

	BrokerResolver(CeleryUrls urls, ApplicationDataRedis dataRedis, ObjectProvider<EmbeddedBroker> embeddedBroker) {
		this.urls = urls;
		this.dataRedis = dataRedis;
		this.embeddedBroker = embeddedBroker;
	}

	ResolvedConnectionDetails resolve() {
		RedisEndpoint results = this.urls.results();
		RedisEndpoint configured = this.urls.broker();
		if (configured != null) {
			return new ResolvedConnectionDetails(configured, results, "from " + CeleryUrls.BROKER, SettingNames.BROKER,
					null);
		}
		RedisEndpoint applications = this.dataRedis.endpoint();
		if (applications != null) {
			return new ResolvedConnectionDetails(this.urls.brokerElsewhere(applications), results,
					"the application's Spring Data Redis connection, as " + CeleryUrls.BROKER + " is not set",
					SettingNames.DATA_REDIS, this.dataRedis.credentials());
		}
		EmbeddedBroker embedded = this.embeddedBroker.getIfAvailable();
		return (embedded != null) ? embedded(embedded.start(), results)
				: new ResolvedConnectionDetails(this.urls.brokerElsewhere(CeleryRedisUrl.parse(DEFAULT_URL)), results,
						"the default, as no Redis is configured", SettingNames.BROKER, null);
	}

	private static ResolvedConnectionDetails embedded(RedisEndpoint endpoint, @Nullable RedisEndpoint results) {
		return new ResolvedConnectionDetails(endpoint, results,
				"the embedded redis-server, as no Redis is configured; for Python: broker_url = '" + endpoint + "'",
				SettingNames.BROKER, null);
	}

}
