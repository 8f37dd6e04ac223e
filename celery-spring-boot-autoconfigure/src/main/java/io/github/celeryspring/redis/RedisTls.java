package io.github.celeryspring.redis;

import java.util.LinkedHashMap;
import java.util.Map;

import io.lettuce.core.SslOptions;
import org.jspecify.annotations.Nullable;

/**
 * How to speak TLS with a Redis.
 *
 * @param verifyCertificate whether the certificate chain is verified
 * @param verifyHostname whether the host name must match the certificate
 * @param options keys, trust, ciphers and protocols, or {@code null} for the JVM's own
 * @since 0.1.0
 */
public record RedisTls(boolean verifyCertificate, boolean verifyHostname, @Nullable SslOptions options) {

	/** Verified against the trust store of the JVM. */
	public static final RedisTls VERIFIED = new RedisTls(true, true, null);

	/**
	 * Reads Celery's {@code broker_use_ssl}, {@code redis_backend_use_ssl} or the options
	 * of a {@code rediss://} URL.
	 * @param options any of {@code ssl_cert_reqs}, {@code ssl_ca_certs},
	 * {@code ssl_certfile}, {@code ssl_keyfile}, {@code ssl_check_hostname}
	 * @return the settings
	 * @throws InvalidRedisTlsException if an option or its value is not known, or a file
	 * is not usable
	 */
	public static RedisTls of(Map<String, String> options) {
		Map<String, String> left = new LinkedHashMap<>(options);
		RedisTls tls = RedisTlsQuery.take(left);
		if (!left.isEmpty()) {
			throw new InvalidRedisTlsException("the option " + left.keySet().iterator().next() + " is not known",
					"Known are " + RedisTlsQuery.KEYS + ".", null);
		}
		return tls;
	}

}
