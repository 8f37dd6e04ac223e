package io.github.celeryspring.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Celery's {@code broker_use_ssl} and {@code redis_backend_use_ssl}. Instead of options
 * there may be just {@code true} or {@code false}.
 *
 * @param enabled Whether to speak TLS; false is stronger than celery.ssl.bundle. Short
 * for this is the value true or false without any options.
 * @param sslCertReqs Whether the certificate of Redis is verified: required or none.
 * Without it required.
 * @param sslCaCerts PEM file of the authorities whose certificates are accepted. Without
 * it those of the JVM.
 * @param sslCertfile PEM file of the client's certificate.
 * @param sslKeyfile PEM file of the key of the client's certificate. Without it the key
 * is in the file of the certificate.
 * @param sslCheckHostname Whether the host name must be that of the certificate. Without
 * it true.
 */
record UseSsl(@DefaultValue("true") boolean enabled, @Nullable String sslCertReqs, @Nullable String sslCaCerts,
		@Nullable String sslCertfile, @Nullable String sslKeyfile, @Nullable Boolean sslCheckHostname) {

	static UseSsl of(boolean enabled) {
		return new UseSsl(enabled, null, null, null, null, null);
	}

	/**
	 * The options that are set.
	 * @return values by Celery's names
	 */
	Map<String, String> options() {
		Map<String, String> options = new LinkedHashMap<>();
		put(options, "ssl_cert_reqs", this.sslCertReqs);
		put(options, "ssl_ca_certs", this.sslCaCerts);
		put(options, "ssl_certfile", this.sslCertfile);
		put(options, "ssl_keyfile", this.sslKeyfile);
		put(options, "ssl_check_hostname", this.sslCheckHostname);
		return options;
	}

	private static void put(Map<String, String> options, String name, @Nullable Object value) {
		if (value != null) {
			options.put(name, value.toString());
		}
	}

}
