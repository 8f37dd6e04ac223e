package io.github.celeryspring.autoconfigure;

import java.util.function.Supplier;

import io.github.celeryspring.redis.RedisTls;
import io.lettuce.core.SslOptions;
import org.springframework.boot.ssl.SslBundle;

/**
 * TLS settings from an SSL bundle.
 */
final class BundleTls {

	private BundleTls() {
	}

	/**
	 * Makes settings that verify certificate and host name.
	 * @param bundle asked for keys and trust at each connect; ciphers and protocols are
	 * those of the first answer
	 * @return the settings
	 */
	static RedisTls of(Supplier<SslBundle> bundle) {
		SslBundle first = bundle.get();
		SslOptions.Builder options = SslOptions.builder().sslContext((context) -> {
			SslBundle current = bundle.get();
			context.keyManager(current.getManagers().getKeyManagerFactory())
				.trustManager(current.getManagers().getTrustManagerFactory());
		});
		String[] ciphers = first.getOptions().getCiphers();
		if (ciphers != null) {
			options.cipherSuites(ciphers);
		}
		String[] protocols = first.getOptions().getEnabledProtocols();
		if (protocols != null) {
			options.protocols(protocols);
		}
		return new RedisTls(true, true, options.build());
	}

}
