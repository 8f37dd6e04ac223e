package io.github.celeryspring.kombu;

/**
 * Converts between {@link KombuMessage} and the JSON envelope, byte for byte as Python
 * writes it. Thread-safe.
 *
 * @since 0.1.0
 */
public final class KombuMessageCodec {

	/**
	 * Writes the envelope.
	 * @param message the message
	 * @return the bytes of one list element
	 * @throws io.github.celeryspring.InvalidMessageException if a peer could be hurt by
	 * it
	 */
	public byte[] encode(KombuMessage message) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Reads an envelope.
	 * @param envelope the bytes of one list element
	 * @return the message
	 * @throws io.github.celeryspring.InvalidMessageException if it is not an envelope
	 */
	public KombuMessage decode(byte[] envelope) {
		throw new UnsupportedOperationException();
	}

}
