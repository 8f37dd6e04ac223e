package io.github.celeryspring.testsupport;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes X.509 certificates (RFC 5280) of an authority; the JDK can only read them.
 */
final class X509Writer {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	private static final Duration VALIDITY = Duration.ofDays(1);

	private static final int SEQUENCE = 0x30;

	private static final int OCTETS = 0x04;

	private static final byte[] ECDSA_WITH_SHA256 = der(SEQUENCE, oid(1, 2, 840, 10045, 4, 3, 2));

	private final String name;

	private final KeyPair keys;

	private final AtomicLong serial = new AtomicLong(System.nanoTime());

	X509Writer(String name, KeyPair keys) {
		this.name = name;
		this.keys = keys;
	}

	/** The authority's own certificate. */
	Certificate authority() throws GeneralSecurityException {
		byte[] basicConstraints = der(SEQUENCE, der(0x01, new byte[] { -1 }));
		return certificate(this.name, this.keys.getPublic(), extension(oid(2, 5, 29, 19), basicConstraints));
	}

	/**
	 * Signs a certificate.
	 * @param subject whom it is for
	 * @param key whose key
	 * @param hosts alternative names: host names and IPv4 addresses
	 */
	Certificate sign(String subject, PublicKey key, String... hosts) throws GeneralSecurityException {
		if (hosts.length == 0) {
			return certificate(subject, key, new byte[0]);
		}
		byte[] names = new byte[0];
		for (String host : hosts) {
			names = concat(names, alternativeName(host));
		}
		return certificate(subject, key, extension(oid(2, 5, 29, 17), der(SEQUENCE, names)));
	}

	private static byte[] alternativeName(String host) {
		if (!host.matches("[0-9.]+")) {
			return der(0x82, host.getBytes(StandardCharsets.US_ASCII));
		}
		try {
			return der(0x87, InetAddress.getByName(host).getAddress());
		}
		catch (IOException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private Certificate certificate(String subject, PublicKey key, byte[] extensions) throws GeneralSecurityException {
		byte[] version3 = der(0xA0, der(0x02, new byte[] { 2 }));
		byte[] number = der(0x02, BigInteger.valueOf(this.serial.incrementAndGet()).toByteArray());
		Instant now = Instant.now();
		byte[] validity = der(SEQUENCE, time(now.minus(VALIDITY)), time(now.plus(VALIDITY)));
		byte[] tail = (extensions.length > 0) ? der(0xA3, der(SEQUENCE, extensions)) : extensions;
		byte[] content = der(SEQUENCE, version3, number, ECDSA_WITH_SHA256, name(this.name), validity, name(subject),
				key.getEncoded(), tail);
		Signature signature = Signature.getInstance("SHA256withECDSA");
		signature.initSign(this.keys.getPrivate());
		signature.update(content);
		byte[] bits = der(0x03, new byte[1], signature.sign());
		return CertificateFactory.getInstance("X.509")
			.generateCertificate(new ByteArrayInputStream(der(SEQUENCE, content, ECDSA_WITH_SHA256, bits)));
	}

	private static byte[] time(Instant time) {
		return der(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
	}

	private static byte[] name(String commonName) {
		byte[] attribute = der(SEQUENCE, oid(2, 5, 4, 3), der(0x0C, commonName.getBytes(StandardCharsets.UTF_8)));
		return der(SEQUENCE, der(0x31, attribute));
	}

	private static byte[] extension(byte[] id, byte[] value) {
		return der(SEQUENCE, id, der(OCTETS, value));
	}

	private static byte[] oid(int first, int second, int... more) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(first * 40 + second);
		for (int each : more) {
			for (int shift = 28; shift > 0; shift -= 7) {
				if (each >> shift != 0) {
					out.write(0x80 | (each >> shift) & 0x7F);
				}
			}
			out.write(each & 0x7F);
		}
		return der(0x06, out.toByteArray());
	}

	private static byte[] der(int tag, byte[]... parts) {
		byte[] content = concat(parts);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(tag);
		if (content.length < 0x80) {
			out.write(content.length);
		}
		else if (content.length < 0x100) {
			out.write(0x81);
			out.write(content.length);
		}
		else {
			out.write(0x82);
			out.write(content.length >> 8);
			out.write(content.length);
		}
		out.writeBytes(content);
		return out.toByteArray();
	}

	private static byte[] concat(byte[]... parts) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			out.writeBytes(part);
		}
		return out.toByteArray();
	}

}
