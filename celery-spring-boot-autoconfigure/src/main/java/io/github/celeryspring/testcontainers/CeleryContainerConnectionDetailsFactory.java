package io.github.celeryspring.testcontainers;

import java.util.List;

import io.github.celeryspring.autoconfigure.CeleryConnectionDetails;
import io.github.celeryspring.redis.RedisEndpoint;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.util.ClassUtils;
import org.testcontainers.containers.Container;

/**
 * Makes {@link CeleryConnectionDetails} of a {@link ServiceConnection @ServiceConnection}
 * on a Redis or Valkey container, known by its image or by its class.
 */
class CeleryContainerConnectionDetailsFactory
		extends ContainerConnectionDetailsFactory<Container<?>, CeleryConnectionDetails> {

	private static final int PORT = 6379;

	private static final List<String> IMAGES = List.of("redis", "redis/redis-stack", "redis/redis-stack-server",
			"valkey/valkey");

	/** Found by name, as com.redis:testcontainers-redis is no dependency. */
	private static final List<String> CONTAINERS = List.of("com.redis.testcontainers.RedisContainer",
			"com.redis.testcontainers.RedisStackContainer");

	CeleryContainerConnectionDetailsFactory() {
		super(IMAGES);
	}

	@Override
	protected boolean sourceAccepts(ContainerConnectionSource<Container<?>> source, Class<?> requiredContainerType,
			Class<?> requiredConnectionDetailsType) {
		if (super.sourceAccepts(source, requiredContainerType, requiredConnectionDetailsType)) {
			return true;
		}
		return CONTAINERS.stream()
			.filter((name) -> ClassUtils.isPresent(name, null))
			.map((name) -> ClassUtils.resolveClassName(name, null))
			.anyMatch((type) -> source.accepts(ANY_CONNECTION_NAME, type, requiredConnectionDetailsType));
	}

	@Override
	protected CeleryConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
		return new CeleryContainerConnectionDetails(source);
	}

	private static final class CeleryContainerConnectionDetails extends ContainerConnectionDetails<Container<?>>
			implements CeleryConnectionDetails {

		private CeleryContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
			super(source);
		}

		@Override
		public RedisEndpoint getBroker() {
			SslBundle bundle = getSslBundle();
			return new RedisEndpoint.Standalone(getContainer().getHost(), getContainer().getMappedPort(PORT), 0, null,
					null, (bundle != null) ? CeleryConnectionDetails.tls(bundle) : null);
		}

	}

}
