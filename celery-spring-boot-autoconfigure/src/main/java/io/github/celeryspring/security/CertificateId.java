package io.github.celeryspring.security;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.StringJoiner;

/**
 * How Celery names a certificate: the values of its issuer's name in the order of the
 * certificate, and its serial number, with blanks between them.
 */
final class CertificateId {

	private static final int SEQUENCE_OR_SET = 0x20;

	private static final int OBJECT_ID = 0x06;

	private final StringJoiner id = new StringJoiner(" ");

	private CertificateId() {
	}

	static String of(X509Certificate certificate) {
		CertificateId id = new CertificateId();
		try {
			id.read(ByteBuffer.wrap(certificate.getIssuerX500Principal().getEncoded()));
		}
		catch (BufferUnderflowException | IllegalArgumentException ex) {
			throw new IllegalArgumentException("The issuer of a certificate has no name", ex);
		}
		return id.id.add(certificate.getSerialNumber().toString()).toString();
	}

	/** Names are sequences of sets of pairs of an object id and a text, in DER. */
	private void read(ByteBuffer der) {
		while (der.hasRemaining()) {
			int tag = der.get();
			int length = length(der);
			ByteBuffer content = der.slice(der.position(), length);
			der.position(der.position() + length);
			if ((tag & SEQUENCE_OR_SET) != 0) {
				read(content);
			}
			else if (tag != OBJECT_ID) {
				this.id.add(charset(tag).decode(content));
			}
		}
	}

	private static int length(ByteBuffer der) {
		int first = der.get();
		int length = first;
		if (first < 0) {
			length = 0;
			for (int i = first & 0x7f; i > 0; i--) {
				length = length << 8 | der.get() & 0xff;
			}
		}
		return length;
	}

	private static Charset charset(int tag) {
		return switch (tag) {
			case 0x14 -> StandardCharsets.ISO_8859_1;
			case 0x1c -> Charset.forName("UTF-32BE");
			case 0x1e -> StandardCharsets.UTF_16BE;
			default -> StandardCharsets.UTF_8;
		};
	}

}
