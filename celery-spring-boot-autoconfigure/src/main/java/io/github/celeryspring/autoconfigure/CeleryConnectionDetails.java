package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.RedisTls;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where the broker and the results are. As always with connection details, a bean of this
 * type, such as that of a container with {@code @ServiceConnection}, stands in for the
 * properties: {@code celery.broker-url} and the address in {@code celery.result-backend}
 * are not looked at then ({@code celery.result-backend=disabled://} is), nor are those
 * about TLS and Sentinels.
 *
 * @since 0.1.0
 */
public interface CeleryConnectionDetails extends ConnectionDetails {

	/**
	 * The Redis of the broker.
	 * @return the endpoint
	 */
	RedisEndpoint getBroker();

	/**
	 * The Redis of the results.
	 * @return the endpoint, or {@code null} for that of the broker
	 */
	default @Nullable RedisEndpoint getResultBackend() {
		return null;
	}

	/**
	 * TLS settings from an SSL bundle, for {@link RedisEndpoint#withTls}.
	 * @param bundle the bundle
	 * @return settings that verify certificate and host name
	 */
	static RedisTls tls(SslBundle bundle) {
		return BundleTls.of(() -> bundle);
	}

}
