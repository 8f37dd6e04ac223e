package io.github.celeryspring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Celery's settings about signed messages.
 *
 * @param securityBundle Name of the SSL bundle with the key and the certificate that sign
 * messages, and, as trusted ones, the certificates of those whose signatures are
 * believed. Instead of the three files.
 * @param securityKey PEM file of the private key that signs messages.
 * @param securityKeyPassword Password of the private key.
 * @param securityCertificate PEM file of the certificate of that key.
 * @param securityCertStore PEM files of the certificates of those whose signatures are
 * believed: a directory, or a path with * in the name of the file.
 * @param securityDigest What is signed of a message.
 * @param securityBase64Fields Whether signer and signature are written in base64. Set to
 * false for peers older than Celery 5.5; both forms are read.
 */
@ConfigurationProperties("celery")
record CelerySecurityProperties(@Nullable String securityBundle, @Nullable String securityKey,
		@Nullable String securityKeyPassword, @Nullable String securityCertificate, @Nullable String securityCertStore,
		@DefaultValue("sha256") String securityDigest, @DefaultValue("true") boolean securityBase64Fields) {

	/**
	 * Shows no password.
	 */
	@Override
	public String toString() {
		return "CelerySecurityProperties";
	}

}
