package io.github.celeryspring.autoconfigure;

import java.util.List;

import io.github.celeryspring.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.env.Environment;

/**
 * The Spring Data Redis connection of the application, if it has configured one. What
 * Boot assumes when nothing is configured does not count.
 */
final class ApplicationDataRedis {

	private static final String BOOTS_OWN = "org.springframework.boot.data.redis.autoconfigure.PropertiesDataRedisConnectionDetails";

	private static final List<String> ADDRESS = List.of("url", "host", "port", "database", "username", "password",
			"sentinel.master", "sentinel.nodes", "cluster.nodes", "masterreplica.nodes");

	private final @Nullable DataRedisConnectionDetails details;

	private final Environment environment;

	/**
	 * Looks at an application.
	 * @param details its details of Spring Data Redis, or {@code null}
	 * @param environment its properties
	 */
	ApplicationDataRedis(@Nullable DataRedisConnectionDetails details, Environment environment) {
		this.details = details;
		this.environment = environment;
	}

	/**
	 * The Redis of the application.
	 * @return the endpoint, or {@code null} if the application has configured none
	 * @throws CeleryConfigurationException if it is a Sentinel, Cluster or replica set-up
	 */
	@Nullable RedisEndpoint endpoint() {
		if (this.details == null || !isConfigured(this.details)) {
			return null;
		}
		refuseUnsupported(this.details);
		DataRedisConnectionDetails.Standalone standalone = this.details.getStandalone();
		if (standalone == null) {
			return null;
		}
		SslBundle bundle = this.details.getSslBundle();
		return new RedisEndpoint.Standalone(standalone.getHost(), standalone.getPort(), standalone.getDatabase(),
				this.details.getUsername(), this.details.getPassword(),
				(bundle != null) ? CeleryConnectionDetails.tls(bundle) : null);
	}

	private boolean isConfigured(DataRedisConnectionDetails found) {
		if (!found.getClass().getName().equals(BOOTS_OWN)) {
			return true;
		}
		Binder binder = Binder.get(this.environment);
		return ADDRESS.stream()
			.anyMatch((name) -> !binder.bind("spring.data.redis." + name, Bindable.listOf(String.class))
				.orElse(List.of())
				.isEmpty());
	}

	private static void refuseUnsupported(DataRedisConnectionDetails found) {
		String kind = (found.getSentinel() != null) ? "Sentinel" : (found.getCluster() != null) ? "Cluster"
				: (found.getMasterReplica() != null) ? "master/replica" : null;
		if (kind != null) {
			throw new CeleryConfigurationException(
					"Celery would use the application's Spring Data Redis connection, but that is a " + kind
							+ " set-up, which this version does not support.",
					"Set '" + CeleryUrls.BROKER + "' to the Redis that shall be the broker:"
							+ " redis://[user][:password]@host[:port][/database].",
					null);
		}
	}

}
