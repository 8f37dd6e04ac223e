package io.github.celeryspring.security;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The keys of the {@code auth} serializer. Immutable. Counterpart of
 * {@code celery.security.key} and {@code celery.security.certificate}.
 *
 * @since 0.1.0
 */
public final class SecurityKeys {

	private final PrivateKey key;

	private final String signer;

	private final int keyBits;

	private final Map<String, X509Certificate> store = new HashMap<>();

	/**
	 * Creates keys.
	 * @param key signs what is sent; RSA
	 * @param certificate belongs to the key
	 * @param store the certificates of those whose signatures are believed, themselves
	 * and not their authorities; RSA
	 * @throws IllegalArgumentException if a key or certificate is not RSA, they do not
	 * belong together, one in the store has expired, or two there have the same issuer
	 * and serial number
	 */
	public SecurityKeys(PrivateKey key, X509Certificate certificate, Collection<X509Certificate> store) {
		if (!(key instanceof RSAPrivateKey rsa)) {
			throw new IllegalArgumentException("The private key is " + key.getAlgorithm() + ", not RSA");
		}
		if (!rsa.getModulus().equals(publicKey(certificate).getModulus())) {
			throw new IllegalArgumentException("Private key and certificate do not belong together");
		}
		this.key = key;
		this.keyBits = rsa.getModulus().bitLength();
		this.signer = CertificateId.of(certificate);
		for (X509Certificate trusted : store) {
			String id = CertificateId.of(trusted);
			publicKey(trusted);
			if (isExpired(trusted)) {
				throw new IllegalArgumentException("The certificate '" + id + "' has expired");
			}
			X509Certificate other = this.store.putIfAbsent(id, trusted);
			if (other != null && !other.equals(trusted)) {
				throw new IllegalArgumentException("There are two certificates '" + id + "'");
			}
		}
	}

	private static RSAPublicKey publicKey(X509Certificate certificate) {
		if (certificate.getPublicKey() instanceof RSAPublicKey rsa) {
			return rsa;
		}
		throw new IllegalArgumentException("The key of the certificate '" + CertificateId.of(certificate) + "' is "
				+ certificate.getPublicKey().getAlgorithm() + ", not RSA");
	}

	static boolean isExpired(X509Certificate certificate) {
		return !Instant.now().isBefore(certificate.getNotAfter().toInstant());
	}

	PrivateKey key() {
		return this.key;
	}

	int keyBits() {
		return this.keyBits;
	}

	/** The id of our own certificate. */
	String signer() {
		return this.signer;
	}

	@Nullable X509Certificate find(String id) {
		return this.store.get(id);
	}

	static int bits(X509Certificate certificate) {
		return publicKey(certificate).getModulus().bitLength();
	}

}
