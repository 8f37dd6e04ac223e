package io.github.celeryspring.kombu;

import tools.jackson.databind.json.JsonMapper;

/**
 * Builds the {@link JsonMapper} for values on the wire: Python's JSON with kombu's
 * {@code __type__} objects. Counterpart of {@code kombu.utils.json}.
 *
 * @since 0.1.0
 */
public final class KombuJson {

	private KombuJson() {
	}

	/**
	 * Starts a mapper for values.
	 * @param tagged whether dates, times, UUIDs, decimals and bytes are written as
	 * kombu's {@code __type__} objects; otherwise as plain text, for peers older than
	 * kombu 5.3
	 * @return a builder that may be customized
	 */
	public static JsonMapper.Builder builder(boolean tagged) {
		throw new UnsupportedOperationException();
	}

}
