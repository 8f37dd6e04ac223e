package io.github.celeryspring.kombu;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One message as kombu's virtual transports put it into a list: the decoded form of the
 * JSON envelope. The arrays and maps are not copied; nobody changes them.
 *
 * @param body the serialized body, after removal of the base64 layer
 * @param contentType such as {@code application/json}
 * @param contentEncoding {@code utf-8} or {@code binary}
 * @param headers the headers in wire order, values as plain Java (strings, numbers,
 * booleans, lists, maps, null)
 * @param properties the properties
 * @param copied the list that was copied into the body when it was written, so that it
 * need not be read again; {@code null} if there is none, or the message was received
 * @since 0.1.0
 * @see KombuMessageCodec
 */
public record KombuMessage(byte[] body, String contentType, String contentEncoding,
		Map<String, @Nullable Object> headers, MessageProperties properties, @Nullable RawJsonList copied) {

	/**
	 * Creates a message of whose body nothing else is known.
	 * @param body the serialized body
	 * @param contentType the content type
	 * @param contentEncoding the content encoding
	 * @param headers the headers
	 * @param properties the properties
	 */
	public KombuMessage(byte[] body, String contentType, String contentEncoding, Map<String, @Nullable Object> headers,
			MessageProperties properties) {
		this(body, contentType, contentEncoding, headers, properties, null);
	}

}
