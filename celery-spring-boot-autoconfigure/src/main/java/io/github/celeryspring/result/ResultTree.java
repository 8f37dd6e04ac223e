package io.github.celeryspring.result;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Which results belong together: a task, or a group of them, and what went before.
 * Counterpart of {@code celery.result.ResultBase.as_tuple}.
 *
 * @param id the id of the task or group
 * @param parent what went before in a chain, or {@code null}
 * @param members the members of a group, or {@code null} for a task
 * @since 0.1.0
 */
public record ResultTree(String id, @Nullable ResultTree parent, @Nullable List<ResultTree> members) {

	public ResultTree {
		members = (members != null) ? List.copyOf(members) : null;
	}

	/**
	 * A task that nothing went before.
	 * @param id its id
	 * @return the tree
	 */
	public static ResultTree task(String id) {
		return new ResultTree(id, null, null);
	}

	/**
	 * A group that nothing went before.
	 * @param id its id
	 * @param members its members
	 * @return the tree
	 */
	public static ResultTree group(String id, List<ResultTree> members) {
		return new ResultTree(id, null, members);
	}

}
