package io.github.celeryspring.autoconfigure;

import java.util.Map;

import io.github.celeryspring.redis.InvalidRedisTlsException;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.RedisTls;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * Switches TLS on where the properties besides the URLs say so.
 */
final class CeleryTls {

	static final String BROKER = "celery.broker-use-ssl";

	static final String RESULTS = "celery.redis-backend-use-ssl";

	static final String BUNDLE = "celery.ssl.bundle";

	private final @Nullable RedisTls bundle;

	/**
	 * Looks for the bundle.
	 * @param properties may name one
	 * @param bundles those of the application, or {@code null}
	 * @throws CeleryConfigurationException if there is no such bundle
	 */
	CeleryTls(CelerySslProperties properties, @Nullable SslBundles bundles) {
		String name = properties.bundle();
		this.bundle = StringUtils.hasText(name) ? bundle(name, bundles) : null;
	}

	private static RedisTls bundle(String name, @Nullable SslBundles bundles) {
		try {
			if (bundles != null) {
				// Asked again at each connect: a bundle may be reloaded.
				return BundleTls.of(() -> bundles.getBundle(name));
			}
		}
		catch (NoSuchSslBundleException ex) {
			// Told below.
		}
		String known = (bundles != null) ? String.join(", ", bundles.getBundleNames()) : "";
		throw new CeleryConfigurationException(
				"'" + BUNDLE + "' is '" + name + "', but there is no SSL bundle of that name.",
				"Define it below 'spring.ssl.bundle'"
						+ (known.isEmpty() ? "." : ", or name one that there is: " + known + "."),
				null);
	}

	/**
	 * An endpoint with the TLS that the properties ask for.
	 * @param endpoint where the broker or the results are
	 * @param url the property that has its URL, or {@code null} if none has
	 * @param property that of the options
	 * @param useSsl the options, or {@code null}
	 * @return the endpoint to use
	 * @throws CeleryConfigurationException if a file is not usable, properties contradict
	 * each other or there can be no TLS
	 */
	RedisEndpoint apply(RedisEndpoint endpoint, @Nullable String url, String property, @Nullable UseSsl useSsl) {
		if (useSsl == null) {
			return (this.bundle != null) ? withBundle(endpoint, url, property, this.bundle) : endpoint;
		}
		if (!useSsl.enabled()) {
			return endpoint;
		}
		refuseSockets(endpoint, property);
		Map<String, String> options = useSsl.options();
		if (!options.isEmpty()) {
			if (this.bundle != null) {
				throw twice("'" + property + "' has ssl_* options, and '" + BUNDLE + "' is set, too.", property);
			}
			if (url != null && hasOptions(endpoint)) {
				throw twice("'" + url + "' has ssl_* options, and '" + property + "' has some, too.", null);
			}
			return endpoint.withTls(of(property, options));
		}
		if (this.bundle != null) {
			return withBundle(endpoint, url, property, this.bundle);
		}
		return hasOptions(endpoint) ? endpoint : endpoint.withTls(RedisTls.VERIFIED);
	}

	/**
	 * How to speak with Sentinels.
	 * @param property that of the {@code sentinel_kwargs}
	 * @param kwargs the options
	 * @return the settings, or {@code null} for plain connections
	 */
	@Nullable RedisTls ofSentinels(String property, SentinelKwargs kwargs) {
		UseSsl useSsl = kwargs.useSsl();
		if (!useSsl.enabled()) {
			return null;
		}
		if (!useSsl.options().isEmpty()) {
			return of(property, useSsl.options());
		}
		return (this.bundle != null) ? this.bundle : RedisTls.VERIFIED;
	}

	private static RedisTls of(String property, Map<String, String> options) {
		try {
			return RedisTls.of(options);
		}
		catch (InvalidRedisTlsException ex) {
			throw new CeleryConfigurationException("'" + property + "' cannot be used: " + ex.getMessage() + ".",
					"Correct '" + property + "'. " + ex.getRemedy(), ex);
		}
	}

	/**
	 * A bundle is for whatever is reached over the network.
	 */
	private static RedisEndpoint withBundle(RedisEndpoint endpoint, @Nullable String url, String property,
			RedisTls bundle) {
		if (isSocket(endpoint)) {
			return endpoint;
		}
		if (url != null && hasOptions(endpoint)) {
			throw twice("'" + url + "' has ssl_* options, and '" + BUNDLE + "' is set, too.", property);
		}
		return endpoint.withTls(bundle);
	}

	private static CeleryConfigurationException twice(String problem, @Nullable String property) {
		return new CeleryConfigurationException(problem, "Leave one of them out."
				+ ((property != null) ? " With '" + property + "=false' the bundle is not for these connections." : ""),
				null);
	}

	private static boolean hasOptions(RedisEndpoint endpoint) {
		return endpoint.tls() != null && !endpoint.tls().equals(RedisTls.VERIFIED);
	}

	private static boolean isSocket(RedisEndpoint endpoint) {
		return endpoint instanceof RedisEndpoint.Socket
				|| (endpoint instanceof RedisEndpoint.Alternates alternates && isSocket(alternates.endpoints().get(0)));
	}

	private static void refuseSockets(RedisEndpoint endpoint, String property) {
		if (isSocket(endpoint)) {
			throw new CeleryConfigurationException(
					"'" + property + "' asks for TLS, but " + endpoint + " is a unix socket, which has none.",
					"Remove '" + property + "'.", null);
		}
	}

}
