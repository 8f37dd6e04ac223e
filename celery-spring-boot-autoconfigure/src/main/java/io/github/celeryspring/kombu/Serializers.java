package io.github.celeryspring.kombu;

import io.github.celeryspring.ContentDisallowedException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The serializers in use, and the mapper that converts their trees to Java types.
 * Thread-safe. Counterpart of {@code kombu.serialization.registry}.
 *
 * @since 0.1.0
 */
public final class Serializers {

	private final JsonMapper mapper;

	private final ContentSerializer json;

	/**
	 * Creates the registry with the json serializer.
	 * @param mapper from {@link KombuJson#builder}
	 */
	public Serializers(JsonMapper mapper) {
		this.mapper = mapper;
		this.json = new JsonContentSerializer(mapper);
	}

	/**
	 * The mapper that converts trees to Java values and back.
	 * @return the mapper
	 */
	public JsonMapper mapper() {
		return this.mapper;
	}

	/**
	 * The default serializer, for bodies and results.
	 * @return the json serializer
	 */
	public ContentSerializer json() {
		return this.json;
	}

	/**
	 * Finds the serializer for a received content type.
	 * @param contentType from the envelope
	 * @return the serializer
	 * @throws ContentDisallowedException if the type is not accepted
	 */
	public ContentSerializer forContentType(String contentType) {
		if (this.json.contentType().equals(contentType)) {
			return this.json;
		}
		throw new ContentDisallowedException("Content type '" + TaggedValues.shown(contentType)
				+ "' is not accepted, only " + this.json.contentType() + " is (celery.accept-content)");
	}

}
