package io.github.celeryspring.redis;

import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Map;

import io.lettuce.core.SslOptions;
import org.jspecify.annotations.Nullable;

/**
 * The {@code ssl_*} options of a {@code rediss://} URL. Files are PEM, as redis-py's are.
 */
final class RedisTlsQuery {

	static final String KEYS = "ssl_cert_reqs, ssl_ca_certs, ssl_certfile, ssl_keyfile and ssl_check_hostname";

	private RedisTlsQuery() {
	}

	/**
	 * Takes the options out of a query.
	 * @param query the query; what is not known stays in it
	 * @return the settings
	 * @throws InvalidRedisTlsException if a value is not allowed or a file unusable
	 */
	static RedisTls take(Map<String, String> query) {
		boolean verify = certificateRequired(query.remove("ssl_cert_reqs"));
		boolean hostname = checkHostname(query.remove("ssl_check_hostname"));
		File authorities = file("ssl_ca_certs", query.remove("ssl_ca_certs"));
		File certificate = file("ssl_certfile", query.remove("ssl_certfile"));
		File key = file("ssl_keyfile", query.remove("ssl_keyfile"));
		if (key != null && certificate == null) {
			throw new InvalidRedisTlsException("ssl_keyfile is set without ssl_certfile", "Name the certificate too.",
					null);
		}
		return new RedisTls(verify, verify && hostname, options(authorities, certificate, key));
	}

	private static boolean certificateRequired(@Nullable String value) {
		if (value == null) {
			return true;
		}
		return switch (value.toLowerCase(Locale.ROOT)) {
			// A client that is shown no certificate cannot go on: optional is required.
			case "required", "cert_required", "optional", "cert_optional" -> true;
			case "none", "cert_none" -> false;
			default -> throw new InvalidRedisTlsException("the value of ssl_cert_reqs is not known",
					"Known are required, optional and none, also as CERT_REQUIRED, CERT_OPTIONAL and CERT_NONE.", null);
		};
	}

	private static boolean checkHostname(@Nullable String value) {
		if (value == null || value.equalsIgnoreCase("true")) {
			return true;
		}
		if (value.equalsIgnoreCase("false")) {
			return false;
		}
		throw new InvalidRedisTlsException("the value of ssl_check_hostname is neither true nor false",
				"Write true or false.", null);
	}

	private static @Nullable File file(String key, @Nullable String path) {
		if (path == null) {
			return null;
		}
		File file = new File(path);
		if (!file.isFile() || !file.canRead()) {
			throw new InvalidRedisTlsException("the file of " + key + " cannot be read: " + path,
					"Name a PEM file that this process may read.", null);
		}
		return file;
	}

	private static @Nullable SslOptions options(@Nullable File authorities, @Nullable File certificate,
			@Nullable File key) {
		if (authorities == null && certificate == null) {
			return null;
		}
		SslOptions.Builder builder = SslOptions.builder().jdkSslProvider();
		if (authorities != null) {
			builder.trustManager(authorities);
		}
		if (certificate != null) {
			// As in Python, the key may stand in the file of the certificate.
			builder.keyManager(certificate, (key != null) ? key : certificate, new char[0]);
		}
		SslOptions options = builder.build();
		try {
			options.createSslContextBuilder().build();
		}
		catch (IOException | GeneralSecurityException | IllegalArgumentException ex) {
			throw new InvalidRedisTlsException("its TLS files are not usable: " + ex.getMessage(),
					"They must be PEM; the key must be an unencrypted PKCS#8 key (BEGIN PRIVATE KEY), as made by openssl"
							+ " pkcs8 -topk8 -nocrypt.",
					ex);
		}
		return options;
	}

}
