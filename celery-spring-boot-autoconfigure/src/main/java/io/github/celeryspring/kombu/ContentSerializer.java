package io.github.celeryspring.kombu;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Writes and reads message bodies and results of one content type. Thread-safe.
 * Counterpart of an entry of {@code kombu.serialization.registry}.
 *
 * @since 0.1.0
 */
public interface ContentSerializer {

	/**
	 * The name used in settings such as {@code task_serializer}.
	 * @return such as {@code json}
	 */
	String name();

	/**
	 * The content type written into the envelope.
	 * @return such as {@code application/json}
	 */
	String contentType();

	/**
	 * The content encoding written into the envelope.
	 * @return {@code utf-8} or {@code binary}
	 */
	String contentEncoding();

	/**
	 * Serializes a value.
	 * @param value lists, maps, scalars, trees or objects that the mapper knows
	 * @return the bytes
	 * @throws io.github.celeryspring.CelerySerializationException if it cannot be written
	 */
	byte[] serialize(@Nullable Object value);

	/**
	 * Parses bytes into a tree. kombu's {@code __type__} objects stay as they are in the
	 * tree; they become Java values when the tree is converted.
	 * @param content the bytes
	 * @return the tree
	 * @throws io.github.celeryspring.CelerySerializationException if it cannot be read
	 */
	JsonNode deserialize(byte[] content);

}
