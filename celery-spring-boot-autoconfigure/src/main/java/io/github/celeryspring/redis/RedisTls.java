package io.github.celeryspring.redis;

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

}
