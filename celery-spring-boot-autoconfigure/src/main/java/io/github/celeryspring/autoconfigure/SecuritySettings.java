package io.github.celeryspring.autoconfigure;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.github.celeryspring.security.SecurityKeys;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemContent;

/**
 * Loads the keys for signed messages.
 */
final class SecuritySettings {

	private SecuritySettings() {
	}

	/**
	 * Loads keys.
	 * @param properties where they are
	 * @param bundles the SSL bundles; what is reloaded there is used from then on
	 * @return the current keys
	 * @throws CeleryConfigurationException if they are missing or unusable
	 */
	static Supplier<SecurityKeys> keys(CelerySecurityProperties properties, @Nullable SslBundles bundles) {
		String name = properties.securityBundle();
		if (name == null) {
			SecurityKeys keys = checked("'celery.security-key', 'celery.security-certificate' or"
					+ " 'celery.security-cert-store' cannot be used", () -> files(properties));
			return () -> keys;
		}
		if (bundles == null) {
			throw new CeleryConfigurationException("There are no SSL bundles for 'celery.security-bundle'.",
					"Configure spring.ssl.bundle.", null);
		}
		String problem = "The SSL bundle '" + name + "' of 'celery.security-bundle' cannot be used";
		AtomicReference<SecurityKeys> current = new AtomicReference<>(
				checked(problem, () -> bundle(bundles.getBundle(name))));
		bundles.addBundleUpdateHandler(name, (bundle) -> current.set(checked(problem, () -> bundle(bundle))));
		return current::get;
	}

	private static SecurityKeys checked(String problem, Loader loader) {
		try {
			return loader.load();
		}
		catch (IOException | GeneralSecurityException | IllegalArgumentException | IllegalStateException
				| NoSuchSslBundleException ex) {
			throw new CeleryConfigurationException(problem + ": " + ex.getMessage() + ".",
					"Signed messages need an RSA key, its certificate, and the certificates of all who sign messages.",
					ex);
		}
	}

	private static SecurityKeys files(CelerySecurityProperties properties) throws IOException {
		if (properties.securityKey() == null || properties.securityCertificate() == null
				|| properties.securityCertStore() == null) {
			throw new IllegalArgumentException("all three must be set, or 'celery.security-bundle'");
		}
		PrivateKey key = PemContent.load(Path.of(properties.securityKey()))
			.getPrivateKey(properties.securityKeyPassword());
		if (key == null) {
			throw new IllegalArgumentException("there is no private key in " + properties.securityKey());
		}
		X509Certificate certificate = certificates(Path.of(properties.securityCertificate())).get(0);
		return new SecurityKeys(key, certificate, store(Path.of(properties.securityCertStore())));
	}

	/** As Python's glob. */
	private static List<X509Certificate> store(Path path) throws IOException {
		boolean directory = Files.isDirectory(path);
		Path parent = directory ? path : path.toAbsolutePath().getParent();
		String pattern = directory ? "[!.]*" : String.valueOf(path.getFileName());
		List<X509Certificate> certificates = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(parent, pattern)) {
			for (Path file : files) {
				certificates.add(certificates(file).get(0));
			}
		}
		return certificates;
	}

	private static List<X509Certificate> certificates(Path file) throws IOException {
		try {
			return PemContent.load(file).getCertificates();
		}
		catch (IllegalStateException ex) {
			throw new IllegalArgumentException("there is no certificate in " + file, ex);
		}
	}

	private static SecurityKeys bundle(SslBundle bundle) throws GeneralSecurityException {
		KeyStore keys = bundle.getStores().getKeyStore();
		KeyStore trusted = bundle.getStores().getTrustStore();
		if (keys == null || trusted == null) {
			throw new IllegalArgumentException("it needs both a keystore and a truststore");
		}
		SslBundleKey access = bundle.getKey();
		String alias = (access.getAlias() != null) ? access.getAlias() : firstKey(keys);
		String password = (access.getPassword() != null) ? access.getPassword()
				: bundle.getStores().getKeyStorePassword();
		PrivateKey key = (PrivateKey) keys.getKey(alias, (password != null) ? password.toCharArray() : new char[0]);
		if (key == null) {
			throw new IllegalArgumentException("it has no key '" + alias + "'");
		}
		List<X509Certificate> store = new ArrayList<>();
		for (String name : Collections.list(trusted.aliases())) {
			Certificate certificate = trusted.getCertificate(name);
			if (certificate instanceof X509Certificate x509) {
				store.add(x509);
			}
		}
		return new SecurityKeys(key, (X509Certificate) keys.getCertificate(alias), store);
	}

	private static String firstKey(KeyStore keys) throws GeneralSecurityException {
		for (String alias : Collections.list(keys.aliases())) {
			if (keys.isKeyEntry(alias)) {
				return alias;
			}
		}
		throw new IllegalArgumentException("it has no key");
	}

	/**
	 * Loads keys.
	 */
	private interface Loader {

		SecurityKeys load() throws IOException, GeneralSecurityException;

	}

}
