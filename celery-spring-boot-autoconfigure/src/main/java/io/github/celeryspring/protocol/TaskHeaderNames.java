package io.github.celeryspring.protocol;

import java.util.Set;

/**
 * The names of protocol 2's headers.
 */
final class TaskHeaderNames {

	/** What {@link TaskHeaders} has a component for. */
	static final Set<String> MODELLED = Set.of("lang", "task", "id", "shadow", "eta", "expires", "group", "group_index",
			"retries", "timelimit", "root_id", "parent_id", "argsrepr", "kwargsrepr", "origin", "ignore_result",
			"replaced_task_nesting", "stamped_headers", "stamps");

	/** Headers that the transport sets, and that mislead a worker if anyone else does. */
	private static final Set<String> OF_TRANSPORT = Set.of("compression", "redelivered");

	private TaskHeaderNames() {
	}

	/**
	 * Whether a header is none of an application's own.
	 * @param name the name
	 * @return whether the protocol or the transport uses it
	 */
	static boolean isReserved(String name) {
		return MODELLED.contains(name) || OF_TRANSPORT.contains(name);
	}

}
