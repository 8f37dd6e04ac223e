package io.github.celeryspring.canvas;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Writes signatures in Celery's own form.
 */
final class SignatureWriter {

	private SignatureWriter() {
	}

	static Map<String, @Nullable Object> write(Signature signature) {
		throw new UnsupportedOperationException("canvas");
	}

}
