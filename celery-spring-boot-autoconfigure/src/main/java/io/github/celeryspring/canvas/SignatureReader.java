package io.github.celeryspring.canvas;

import tools.jackson.databind.JsonNode;

/**
 * Reads signatures in Celery's own form.
 */
final class SignatureReader {

	private SignatureReader() {
	}

	static Signature read(JsonNode tree) {
		throw new UnsupportedOperationException("canvas");
	}

}
