package io.github.celeryspring.security;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;

/**
 * RSA-PSS with the longest salt that the key allows, MGF1 and the message's own digest.
 */
final class RsaPss {

	private final String digest;

	private final int digestLength;

	/**
	 * Creates the algorithm.
	 * @param digest as in Python's {@code cryptography}, such as {@code sha256}
	 * @throws IllegalArgumentException if there is none of that name
	 */
	RsaPss(String digest) {
		this.digest = switch (digest.toLowerCase(Locale.ROOT)) {
			case "sha1" -> "SHA-1";
			case "sha224" -> "SHA-224";
			case "sha256" -> "SHA-256";
			case "sha384" -> "SHA-384";
			case "sha512" -> "SHA-512";
			case "sha512_224" -> "SHA-512/224";
			case "sha512_256" -> "SHA-512/256";
			case "sha3_224" -> "SHA3-224";
			case "sha3_256" -> "SHA3-256";
			case "sha3_384" -> "SHA3-384";
			case "sha3_512" -> "SHA3-512";
			default -> throw new IllegalArgumentException("There is no digest '" + digest + "', but sha256, for one");
		};
		try {
			this.digestLength = MessageDigest.getInstance(this.digest).getDigestLength();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalArgumentException("This Java has no digest '" + digest + "'", ex);
		}
	}

	byte[] sign(byte[] content, PrivateKey key, int keyBits) throws GeneralSecurityException {
		Signature signature = signature(keyBits);
		signature.initSign(key);
		signature.update(content);
		return signature.sign();
	}

	boolean verify(byte[] content, byte[] signed, X509Certificate certificate) throws GeneralSecurityException {
		Signature signature = signature(SecurityKeys.bits(certificate));
		// The key, not the certificate: Celery does not ask what a certificate is for.
		signature.initVerify(certificate.getPublicKey());
		signature.update(content);
		return signature.verify(signed);
	}

	private Signature signature(int keyBits) throws GeneralSecurityException {
		int saltLength = (keyBits + 6) / 8 - this.digestLength - 2;
		Signature signature = Signature.getInstance("RSASSA-PSS");
		signature
			.setParameter(new PSSParameterSpec(this.digest, "MGF1", new MGF1ParameterSpec(this.digest), saltLength, 1));
		return signature;
	}

}
