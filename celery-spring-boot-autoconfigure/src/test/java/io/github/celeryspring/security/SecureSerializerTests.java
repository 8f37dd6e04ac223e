package io.github.celeryspring.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.ContentSerializer;
import io.github.celeryspring.kombu.ContentSerializers;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.testsupport.TestCertificates;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ssl.pem.PemContent;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SecureSerializer}; the certificate and both signed messages are
 * Python's.
 */
class SecureSerializerTests {

	private static final String PYTHON = """
			-----BEGIN CERTIFICATE-----
			MIIDdTCCAl2gAwIBAgIUWmcYPR3VWcT/ri4p1OD06Prh4w4wDQYJKoZIhvcNAQEL
			BQAwSTELMAkGA1UEBhMCREUxEjAQBgNVBAoMCUV4LCBhbXBsZTEQMA4GA1UEAwwH
			Y2Vsw6lyeTEUMBIGCSqGSIb3DQEJARYFYUBiLmMwIBcNMjYxMTIzMDQyNDIxWhgP
			MjEwOTAxMTIwNDI0MjFaMEkxCzAJBgNVBAYTAkRFMRIwEAYDVQQKDAlFeCwgYW1w
			bGUxEDAOBgNVBAMMB2NlbMOpcnkxFDASBgkqhkiG9w0BCQEWBWFAYi5jMIIBIjAN
			BgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxAE6IiTmrlCcWzhNh+Cz1j7VRymh
			Ke9qO79g1+akcTUBJ1plxsc7FcL+ezQDGYafWkBIO90sVBZWqYxRyK+EX9mjBuAs
			yR3taJgfiN5bHFT1vv2PLnwNZPuP/PNv19fVTRtBIM9zKwyu+awS0+qbDQi3CWhi
			zHp1vE+DY9eskhFjQJHga8TgMCo/GAsiCyGSh2FTyJQcRzHjuq6BAQAdkvo4c9Rs
			ePDWjo1+smbmqN4Rmj67wBRjJD0uSecU/KZn8W8RW+pyvlmefTRfNezqI7IjKZXJ
			dDAAu5wxQLIYclfVSO6CRhyXIssj89AO1gbf80N+0cDpPL1gHGsYZkmZ1wIDAQAB
			o1MwUTAdBgNVHQ4EFgQUICgK+uLkKbGz5YPKYwKfx1tXI3gwHwYDVR0jBBgwFoAU
			ICgK+uLkKbGz5YPKYwKfx1tXI3gwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0B
			AQsFAAOCAQEAp5eI2ky24+Dru3IofwyOWNX0rn0QwUSBFEs49+eosDJPuZROYzdk
			IHeUfHYdf8+a/HxZrgTrvTiVdX10KpJHZyRR7DZ4sa/F1TlruRMydWaWPsg7vB8B
			XU+lhSH1LFY/4T6MCrIOAmPysPbbAtiGNhMQXEJpTKCRa4Q7T8eqYnWm3amLetIr
			Pxt5JpXOtwv6nvkTglOPdfdIMzq/TmX4QFI2DLrGVHbNjwL64di6miDkIXA/SIkh
			lh9DrCjRwnYMaFB5xblQOTJ2Lx17XXKhm7xDbpvX98/lg4OlQJr48YQGth1nkqcW
			8a2JX3lgjDY1E+4rm8EOfmku1rhUZXeEZw==
			-----END CERTIFICATE-----""";

	/** Celery 5.7.0. */
	private static final String SIGNED = "UkVVZ1JYZ3NJR0Z0Y0d4bElHTmxiTU9wY25rZ1lVQmlMbU1nTlRFMk1UQTRNalUzTmpJeE16TTJNelEzTmpNNE5qWX"
			+ "hNakl6TWpFME5EYzFOak14TWpBd01UZ3hOVFF6TmprMAABSHUvYUQ3RlErQzZJa01MNjJlQUNSaDd5bnJOV3k5L0pw"
			+ "TytKcHJ0ekpIWkNjZi9ZMU9pZHVJMDREWDFnUE9XNG0rNGxTNUhKY0VHK3BPSG9saVUyQ2tSNEJuVHlCL1ZwaHVwYl"
			+ "FjSW45Z0p5QWQyVHBxakRjZy84VjBjVlV0UUx3ckxGSVczcXhWUlBZQnFNVnFIODlhRE9ldm5JRUViS0FTa0g0OThy"
			+ "OWxIQTFyQkNkZUhHcFQ4Y0lDREQrT0R4SUlkQVFVZGg3ZzM2bmxkUmhUNE8zbjVkR1dNODdMVkJCUis5VnQvVkJSWV"
			+ "ZEMlcySjh0MlRQazNXeVVqUTFNUHZVbUZtRjZ5R09SVlRtTVorOUkyRVozQ3FFRHlNMVFiNGRoMEtGdkdsUjJQUUxk"
			+ "c2FiTG5pd1JYWjdqcEpFRWVZa2hDYzBwdm5GWHhWaDg0aWRDZnB3PT0AAWFwcGxpY2F0aW9uL2pzb24AAXV0Zi04AA"
			+ "F7ImEiOiBbMSwgIlx1MDBlOSJdfQ==";

	/** Celery 5.2.7. */
	private static final String SIGNED_OLD = "REUgRXgsIGFtcGxlIGNlbMOpcnkgYUBiLmMgNTE2MTA4MjU3NjIxMzM2MzQ3NjM4NjYxMjIzMjE0NDc1NjMxMjAwMT"
			+ "gxNTQzNjk0AAFvKxCtf4ezJEt1BacNorpbFiARkj++MR13LAQBZCJV5twsu5yPBP5NneB1TVWCuITvWmqpKJ188LxV"
			+ "T6ye6YvWi+nM/UfOY5K5ByOgX4eYeAyS+Ctn+UlpvdjMuctZzh9HxB/+nV74bUAMIqydxJN7Fxe/eJiHjZTB4SrMzr"
			+ "XJBQ2GneLMhmbVl6HMPGCh63KotmoataJEcveNZdo9xRt5vf/oplG6Hd8JgNLBRpaB6iBUm6WZxtaNEnC1iENDCU3E"
			+ "fn+g+kGuy12Bvz6C+OCBIdFw+k3RO5NXKa49zEM/fWEnsay9F/8bRqhEDmP9E0UTJFTa2XtAsjZ8/EHUs+mcAAFhcH"
			+ "BsaWNhdGlvbi9qc29uAAF1dGYtOAABeyJhIjogWzEsICJcdTAwZTkiXX0=";

	private static final JsonMapper mapper = KombuJson.builder(true).build();

	private static final ContentSerializer json = ContentSerializers.json(mapper);

	@TempDir
	static Path directory;

	private static PrivateKey key;

	private static X509Certificate certificate;

	private static final X509Certificate python = PemContent.of(PYTHON).getCertificates().get(0);

	@BeforeAll
	static void make() throws IOException {
		TestCertificates.createSigner(directory, "java");
		key = PemContent.load(directory.resolve("java-key.pem")).getPrivateKey();
		certificate = PemContent.load(directory.resolve("java.pem")).getCertificates().get(0);
	}

	private static SecureSerializer serializer(boolean base64, X509Certificate... store) {
		SecurityKeys keys = new SecurityKeys(key, certificate, List.of(store));
		return new SecureSerializer(() -> keys, "sha256", List.of(json, ContentSerializers.msgpack(mapper)), base64);
	}

	@Test
	void whatPythonSignedIsRead() {
		SecureSerializer serializer = serializer(true, certificate, python);
		assertThat(serializer.deserialize(SIGNED.getBytes(StandardCharsets.US_ASCII)))
			.hasToString("{\"a\":[1,\"\u00e9\"]}");
		assertThat(serializer.deserialize(SIGNED_OLD.getBytes(StandardCharsets.US_ASCII)))
			.hasToString("{\"a\":[1,\"\u00e9\"]}");
	}

	@Test
	void idIsThatOfCelery() {
		assertThat(CertificateId.of(python))
			.isEqualTo("DE Ex, ample cel\u00e9ry a@b.c 516108257621336347638661223214475631200181543694");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anyChangeIsNoticed(boolean base64) {
		SecureSerializer serializer = serializer(base64, certificate, python);
		byte[] signed = serializer.serialize(Map.of("a", 1));
		assertThat(serializer.deserialize(signed)).hasToString("{\"a\":1}");
		byte[] raw = Base64.getDecoder().decode(signed);
		String body = "{\"a\": 1}";
		for (int i = 0; i < raw.length; i++) {
			byte[] changed = raw.clone();
			changed[i] ^= 2;
			// Of content type and encoding, only the first says anything, and neither is
			// signed; and base64 has bits that say nothing.
			if (!base64 && i < raw.length - body.length() - "\0\1utf-8\0\1".length()
					|| i >= raw.length - body.length()) {
				assertRefused(serializer, Base64.getEncoder().encode(changed));
			}
			assertRefused(serializer, Base64.getEncoder().encode(Arrays.copyOf(raw, i)));
		}
		assertRefused(serializer, new byte[0]);
		assertRefused(serializer, "{\"a\": 1}".getBytes(StandardCharsets.US_ASCII));
	}

	@Test
	void strangersAreNotBelieved() {
		byte[] signed = serializer(true, certificate).serialize(1);
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> serializer(true, python).deserialize(signed))
			.withMessage("A signed message is refused: nothing is known of its signer");
	}

	@Test
	void onlyTheGivenSerializersRead() {
		SecurityKeys keys = new SecurityKeys(key, certificate, List.of(certificate));
		SecureSerializer msgpack = new SecureSerializer(() -> keys, "sha256",
				List.of(ContentSerializers.msgpack(mapper)), true);
		byte[] signed = msgpack.serialize(List.of(1));
		assertThat(serializer(true, certificate).deserialize(signed)).hasToString("[1]");
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> msgpack.deserialize(serializer(true, certificate).serialize(1)))
			.withMessageContaining("application/json");
	}

	@Test
	void digestsAreNamedAsInPython() {
		SecurityKeys keys = new SecurityKeys(key, certificate, List.of(certificate));
		for (String digest : List.of("sha1", "SHA256", "sha384", "sha512", "sha512_256")) {
			SecureSerializer serializer = new SecureSerializer(() -> keys, digest, List.of(json), true);
			assertThat(serializer.deserialize(serializer.serialize(1)).intValue()).isEqualTo(1);
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new SecureSerializer(() -> keys, "md6", List.of(json), true))
			.withMessageContaining("'md6'");
	}

	@Test
	void keysMustFit() {
		TestCertificates.create(directory);
		X509Certificate elliptic = certificate("client.pem");
		assertThatIllegalArgumentException().isThrownBy(() -> new SecurityKeys(key, python, List.of()))
			.withMessageContaining("do not belong together");
		assertThatIllegalArgumentException().isThrownBy(() -> new SecurityKeys(key, certificate, List.of(elliptic)))
			.withMessageContaining("EC, not RSA");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new SecurityKeys(PemContent.load(directory.resolve("client-key.pem")).getPrivateKey(),
					elliptic, List.of()))
			.withMessageContaining("EC, not RSA");
	}

	private static X509Certificate certificate(String file) {
		try {
			return PemContent.load(directory.resolve(file)).getCertificates().get(0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void assertRefused(ContentSerializer serializer, byte[] content) {
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> serializer.deserialize(content))
			.withMessageStartingWith("A signed message is refused");
	}

}
