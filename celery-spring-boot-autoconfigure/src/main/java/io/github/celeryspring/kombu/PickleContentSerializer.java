package io.github.celeryspring.kombu;

import io.github.celeryspring.CelerySerializationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Python's pickle, only for reading. No code is run, and only values of the types of
 * {@link PickleTypes} are read.
 */
final class PickleContentSerializer implements ContentSerializer {

	@Override
	public String name() {
		return "pickle";
	}

	@Override
	public String contentType() {
		return "application/x-python-serialize";
	}

	@Override
	public String contentEncoding() {
		return "binary";
	}

	@Override
	public byte[] serialize(@Nullable Object value) {
		throw new CelerySerializationException("pickle is only read, never written", null);
	}

	@Override
	public JsonNode deserialize(byte[] content) {
		return Unpickler.read(content);
	}

}
