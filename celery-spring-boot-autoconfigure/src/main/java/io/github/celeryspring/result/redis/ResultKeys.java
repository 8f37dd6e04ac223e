package io.github.celeryspring.result.redis;

import java.nio.charset.StandardCharsets;

/**
 * The only place that builds result keys. A key is also the name of the channel that its
 * document is published on. Counterpart of
 * {@code celery.backends.base.KeyValueStoreBackend}.
 */
final class ResultKeys {

	private static final String TASK = "celery-task-meta-";

	private static final String GROUP = "celery-taskset-meta-";

	private final String prefix;

	ResultKeys(String globalKeyprefix) {
		boolean separated = globalKeyprefix.isEmpty()
				|| ":_-.".indexOf(globalKeyprefix.charAt(globalKeyprefix.length() - 1)) >= 0;
		this.prefix = separated ? globalKeyprefix : globalKeyprefix + "_";
	}

	String task(String taskId) {
		return this.prefix + TASK + taskId;
	}

	/** The structure of a group; what its chord counts with has a suffix. */
	String group(String groupId) {
		return this.prefix + GROUP + groupId;
	}

	static byte[] bytes(String key) {
		return key.getBytes(StandardCharsets.UTF_8);
	}

	static String text(byte[] key) {
		return new String(key, StandardCharsets.UTF_8);
	}

}
