package io.github.celeryspring.autoconfigure;

import java.util.List;
import java.util.Objects;

import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.github.celeryspring.redis.RedisTls;
import io.github.celeryspring.redis.SentinelOptions;
import io.lettuce.core.RedisCredentialsProvider;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.core.env.Environment;

/**
 * The Spring Data Redis connection of the application, if it has configured one, by
 * properties, details or a factory of its own. What Boot assumes when nothing is
 * configured does not count.
 */
final class ApplicationDataRedis {

	private static final String BOOTS_OWN = "org.springframework.boot.data.redis.autoconfigure.PropertiesDataRedisConnectionDetails";

	private static final List<String> ADDRESS = List.of("url", "host", "port", "database", "username", "password",
			"sentinel.master", "sentinel.nodes", "cluster.nodes", "masterreplica.nodes");

	private final ObjectProvider<DataRedisConnectionDetails> details;

	private final ApplicationConnectionFactory factory;

	private final Environment environment;

	/**
	 * Looks at an application.
	 * @param details its details of Spring Data Redis
	 * @param factory its connection factory
	 * @param environment its properties
	 */
	ApplicationDataRedis(ObjectProvider<DataRedisConnectionDetails> details, ApplicationConnectionFactory factory,
			Environment environment) {
		this.details = details;
		this.factory = factory;
		this.environment = environment;
	}

	/**
	 * The Redis of the application.
	 * @return the endpoint, or {@code null} if the application has configured none
	 * @throws CeleryConfigurationException if it is a Cluster or replica set-up
	 */
	@Nullable RedisEndpoint endpoint() {
		DataRedisConnectionDetails found = this.details.getIfUnique();
		if (found == null || !isConfigured(found)) {
			return this.factory.endpoint();
		}
		refuseUnsupported((found.getCluster() != null) ? "Cluster"
				: (found.getMasterReplica() != null) ? "master/replica" : null);
		RedisTls tls = (found.getSslBundle() != null) ? BundleTls.of(() -> Objects.requireNonNull(found.getSslBundle()))
				: null;
		DataRedisConnectionDetails.Sentinel sentinel = found.getSentinel();
		if (sentinel != null) {
			return new RedisEndpoint.Sentinel(
					sentinel.getNodes().stream().map((node) -> new HostAndPort(node.host(), node.port())).toList(),
					// As Spring Data does, the Sentinels are spoken to as their master
					// is.
					new SentinelOptions(sentinel.getMaster(), 0, sentinel.getUsername(), sentinel.getPassword(), tls),
					sentinel.getDatabase(), found.getUsername(), found.getPassword(), tls);
		}
		DataRedisConnectionDetails.Standalone standalone = found.getStandalone();
		return (standalone != null) ? new RedisEndpoint.Standalone(standalone.getHost(), standalone.getPort(),
				standalone.getDatabase(), found.getUsername(), found.getPassword(), tls) : null;
	}

	/**
	 * What the application logs in with instead of a password.
	 * @return the provider, or {@code null}
	 */
	@Nullable RedisCredentialsProvider credentials() {
		return this.factory.credentials();
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

	/**
	 * Fails for what Celery cannot use.
	 * @param kind the kind of set-up, or {@code null} if there is nothing against it
	 * @throws CeleryConfigurationException if there is a kind
	 */
	static void refuseUnsupported(@Nullable String kind) {
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
