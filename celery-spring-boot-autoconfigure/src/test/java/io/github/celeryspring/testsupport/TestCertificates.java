package io.github.celeryspring.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;

/**
 * An authority of our own with a certificate for a server and one for a client, made
 * without any tool. All files are PEM; {@link #clientStore()} and {@link #trustStore()}
 * are the same as PKCS12.
 */
public final class TestCertificates {

	/** The password of the stores. */
	public static final String PASSWORD = "changeit";

	private final Path directory;

	private TestCertificates(Path directory) {
		this.directory = directory;
	}

	/**
	 * Makes certificates for {@code localhost} and {@code 127.0.0.1}.
	 * @param directory where to put the files
	 */
	public static TestCertificates create(Path directory) {
		return create(directory, "localhost", "127.0.0.1");
	}

	/**
	 * Makes certificates.
	 * @param directory where to put the files
	 * @param serverNames host names and IPv4 addresses of the server
	 */
	public static TestCertificates create(Path directory, String... serverNames) {
		TestCertificates certificates = new TestCertificates(directory);
		try {
			certificates.make(serverNames);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		return certificates;
	}

	private void make(String... serverNames) throws IOException, GeneralSecurityException {
		KeyPair authorityKeys = keys();
		KeyPair serverKeys = keys();
		KeyPair clientKeys = keys();
		X509Writer writer = new X509Writer("celery-test-ca", authorityKeys);
		Certificate authority = writer.authority();
		writePem("ca.pem", "CERTIFICATE", authority.getEncoded());
		writePem("server.pem", "CERTIFICATE",
				writer.sign("celery-test-server", serverKeys.getPublic(), serverNames).getEncoded());
		writePem("server-key.pem", "PRIVATE KEY", serverKeys.getPrivate().getEncoded());
		Certificate client = writer.sign("celery-test-client", clientKeys.getPublic());
		writePem("client.pem", "CERTIFICATE", client.getEncoded());
		writePem("client-key.pem", "PRIVATE KEY", clientKeys.getPrivate().getEncoded());
		writeStore(clientStore(), "client", clientKeys.getPrivate(), client, authority);
		writeStore(trustStore(), "ca", null, authority);
	}

	private static KeyPair keys() throws GeneralSecurityException {
		return keys("EC", 256);
	}

	private static KeyPair keys(String algorithm, int size) throws GeneralSecurityException {
		KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
		generator.initialize(size);
		return generator.generateKeyPair();
	}

	/**
	 * Makes an RSA key, {@code <name>-key.pem}, and a certificate, {@code <name>.pem}, as
	 * those of signed messages are.
	 * @param directory where to put the files
	 * @param name of the files
	 */
	public static void createSigner(Path directory, String name) {
		try {
			TestCertificates certificates = new TestCertificates(directory);
			KeyPair signer = keys("RSA", 2048);
			Certificate certificate = new X509Writer("Celery \u00e9", keys()).sign(name, signer.getPublic());
			certificates.writePem(name + ".pem", "CERTIFICATE", certificate.getEncoded());
			certificates.writePem(name + "-key.pem", "PRIVATE KEY", signer.getPrivate().getEncoded());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void writePem(String name, String type, byte[] content) throws IOException {
		String text = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content);
		Files.writeString(this.directory.resolve(name),
				"-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
	}

	private static void writeStore(Path file, String alias, Key key, Certificate... chain)
			throws IOException, GeneralSecurityException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		if (key != null) {
			store.setKeyEntry(alias, key, PASSWORD.toCharArray(), chain);
		}
		else {
			store.setCertificateEntry(alias, chain[0]);
		}
		try (OutputStream out = Files.newOutputStream(file)) {
			store.store(out, PASSWORD.toCharArray());
		}
	}

	/** The certificate of the authority. */
	public Path authority() {
		return this.directory.resolve("ca.pem");
	}

	/** The certificate of the server. */
	public Path serverCertificate() {
		return this.directory.resolve("server.pem");
	}

	/** The key of the server, PKCS#8. */
	public Path serverKey() {
		return this.directory.resolve("server-key.pem");
	}

	/** The certificate of the client. */
	public Path clientCertificate() {
		return this.directory.resolve("client.pem");
	}

	/** The key of the client, PKCS#8. */
	public Path clientKey() {
		return this.directory.resolve("client-key.pem");
	}

	/** Key and certificates of the client as PKCS12, alias {@code client}. */
	public Path clientStore() {
		return this.directory.resolve("client.p12");
	}

	/** The certificate of the authority as PKCS12. */
	public Path trustStore() {
		return this.directory.resolve("trust.p12");
	}

}
