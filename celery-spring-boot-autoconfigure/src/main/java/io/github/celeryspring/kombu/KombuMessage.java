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
 * @since 0.1.0
 * @see KombuMessageCodec
 */
public record KombuMessage(byte[] body, String contentType, String contentEncoding,
		Map<String, @Nullable Object> headers, MessageProperties properties) {

}
