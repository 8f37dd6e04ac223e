package io.github.celeryspring.interop;

import java.util.List;

/**
 * The Celery versions that the interop tests run against.
 */
public enum PythonCeleryVersion {

	/** The oldest supported, with the kombu and redis-py of its time. */
	V5_2("5.2.7", false, "celery==5.2.7", "kombu==5.2.4", "redis==4.3.4", "pyyaml", "msgpack", "brotli", "zstandard",
			"cryptography"),

	/** Whatever pip installs today. */
	NEWEST("newest", true, "celery[redis]", "pyyaml", "msgpack", "brotli", "backports.zstd; python_version < '3.14'",
			"cryptography");

	private final String label;

	private final boolean taggedTypes;

	private final List<String> requirements;

	PythonCeleryVersion(String label, boolean taggedTypes, String... requirements) {
		this.label = label;
		this.taggedTypes = taggedTypes;
		this.requirements = List.of(requirements);
	}

	/**
	 * Whether its kombu writes and reads {@code __type__} objects (kombu 5.3 and later).
	 * @return whether dates and the like keep their types
	 */
	public boolean taggedTypes() {
		return this.taggedTypes;
	}

	/**
	 * What pip installs.
	 * @return requirement specifiers
	 */
	public List<String> requirements() {
		return this.requirements;
	}

	@Override
	public String toString() {
		return this.label;
	}

}
