package io.github.celeryspring.security;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.ContentSerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The auth serializer: what another serializer writes, signed. Reads the forms of all
 * versions of Celery. Nothing is deserialized before its signature is verified.
 * Thread-safe. Counterpart of {@code celery.security.serialization}.
 *
 * @since 0.1.0
 */
public final class SecureSerializer implements ContentSerializer {

	private static final byte[] SEPARATOR = { 0, 1 };

	private final Supplier<SecurityKeys> keys;

	private final RsaPss algorithm;

	private final ContentSerializer inner;

	private final Map<String, ContentSerializer> readers;

	private final boolean base64Fields;

	/**
	 * Creates the serializer.
	 * @param keys asked for each message
	 * @param digest Celery's {@code security_digest}, such as {@code sha256}
	 * @param serializers for what is signed; the first one writes, all read
	 * @param base64Fields whether signer and signature are written in base64, as Celery
	 * 5.5 and later do; older ones read only the other form
	 * @throws IllegalArgumentException if there is no such digest
	 */
	public SecureSerializer(Supplier<SecurityKeys> keys, String digest, List<ContentSerializer> serializers,
			boolean base64Fields) {
		this.keys = keys;
		this.algorithm = new RsaPss(digest);
		this.inner = serializers.get(0);
		this.readers = serializers.stream()
			.collect(Collectors.toMap(ContentSerializer::contentType, Function.identity()));
		this.base64Fields = base64Fields;
	}

	@Override
	public String name() {
		return "auth";
	}

	@Override
	public String contentType() {
		return "application/data";
	}

	@Override
	public String contentEncoding() {
		return "utf-8";
	}

	@Override
	public byte[] serialize(@Nullable Object value) {
		byte[] body = this.inner.serialize(value);
		SecurityKeys current = this.keys.get();
		byte[] signature;
		try {
			signature = this.algorithm.sign(body, current.key(), current.keyBits());
		}
		catch (GeneralSecurityException ex) {
			throw new CelerySerializationException("Cannot sign: " + ex.getMessage(), ex);
		}
		byte[] signer = current.signer().getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream packed = new ByteArrayOutputStream(body.length + 1024);
		packed.writeBytes(field(signer));
		packed.writeBytes(SEPARATOR);
		packed.writeBytes(field(signature));
		packed.writeBytes(SEPARATOR);
		packed.writeBytes(this.inner.contentType().getBytes(StandardCharsets.US_ASCII));
		packed.writeBytes(SEPARATOR);
		packed.writeBytes(this.inner.contentEncoding().getBytes(StandardCharsets.US_ASCII));
		packed.writeBytes(SEPARATOR);
		packed.writeBytes(body);
		return Base64.getEncoder().encode(packed.toByteArray());
	}

	private byte[] field(byte[] content) {
		return this.base64Fields ? Base64.getEncoder().encode(content) : content;
	}

	@Override
	public JsonNode deserialize(byte[] content) {
		Signed signed = unpack(content);
		if (SecurityKeys.isExpired(signed.certificate)) {
			throw refused("the signer's certificate has expired", null);
		}
		try {
			if (!this.algorithm.verify(signed.body, signed.signature, signed.certificate)) {
				throw refused("the signature is wrong", null);
			}
		}
		catch (GeneralSecurityException ex) {
			throw refused("the signature is wrong", ex);
		}
		ContentSerializer reader = this.readers.get(signed.contentType);
		if (reader == null) {
			throw refused("its content type '" + signed.contentType + "' is none of " + this.readers.keySet(), null);
		}
		return reader.deserialize(signed.body);
	}

	private Signed unpack(byte[] content) {
		try {
			Fields fields = new Fields(Base64.getMimeDecoder().decode(content));
			byte[] signer = fields.next();
			X509Certificate certificate = find(signer);
			boolean base64 = certificate == null;
			if (certificate == null) {
				certificate = find(Base64.getMimeDecoder().decode(signer));
			}
			if (certificate == null) {
				throw refused("nothing is known of its signer", null);
			}
			byte[] signature = base64 ? Base64.getMimeDecoder().decode(fields.next())
					: fields.next((SecurityKeys.bits(certificate) + 7) / 8);
			String contentType = text(fields.next());
			fields.next();
			return new Signed(certificate, signature, contentType, fields.rest());
		}
		catch (IllegalArgumentException | IndexOutOfBoundsException ex) {
			throw refused("it is not what the auth serializer writes", ex);
		}
	}

	/**
	 * An id contains blanks, which base64 does not, so one form is never taken for the
	 * other.
	 */
	private @Nullable X509Certificate find(byte[] id) {
		return this.keys.get().find(text(id));
	}

	private static String text(byte[] content) {
		return new String(content, StandardCharsets.UTF_8);
	}

	private static CelerySerializationException refused(String reason, @Nullable Exception cause) {
		return new CelerySerializationException("A signed message is refused: " + reason, cause);
	}

	/**
	 * A message in its parts.
	 *
	 * @param certificate of the signer
	 * @param signature of the body
	 * @param contentType of the body
	 * @param body what is signed
	 */
	private record Signed(X509Certificate certificate, byte[] signature, String contentType, byte[] body) {

	}

}
