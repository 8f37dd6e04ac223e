package io.github.celeryspring.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * kombu's and Celery's {@code sentinel_kwargs}: how to log in at the Sentinels
 * themselves, which the URL does not say.
 *
 * @param username ACL user at the Sentinels.
 * @param password Password at the Sentinels.
 * @param ssl Whether the Sentinels are spoken to with TLS: by the options beside this
 * one, else as celery.ssl.bundle says, else verified against the trust store of the JVM.
 * Without it they are if there is an option beside it.
 * @param sslCertReqs Whether the certificates of the Sentinels are verified: required or
 * none. Without it required.
 * @param sslCaCerts PEM file of the authorities whose certificates are accepted. Without
 * it those of the JVM.
 * @param sslCertfile PEM file of the client's certificate.
 * @param sslKeyfile PEM file of the key of the client's certificate. Without it the key
 * is in the file of the certificate.
 * @param sslCheckHostname Whether the host name must be that of the certificate. Without
 * it true.
 */
record SentinelKwargs(@Nullable String username, @Nullable String password, @Nullable Boolean ssl,
		@Nullable String sslCertReqs, @Nullable String sslCaCerts, @Nullable String sslCertfile,
		@Nullable String sslKeyfile, @Nullable Boolean sslCheckHostname) {

	/**
	 * The TLS part.
	 * @return as it would stand in {@code broker_use_ssl}
	 */
	UseSsl useSsl() {
		UseSsl options = new UseSsl(true, this.sslCertReqs, this.sslCaCerts, this.sslCertfile, this.sslKeyfile,
				this.sslCheckHostname);
		boolean enabled = (this.ssl != null) ? this.ssl : !options.options().isEmpty();
		return enabled ? options : UseSsl.of(false);
	}

	/**
	 * Shows no password.
	 */
	@Override
	public String toString() {
		return "SentinelKwargs";
	}

}
