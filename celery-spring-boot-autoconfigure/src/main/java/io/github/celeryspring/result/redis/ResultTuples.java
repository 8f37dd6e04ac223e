package io.github.celeryspring.result.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.celeryspring.result.ResultTree;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The form of which results belong together: {@code [[id, parent], members]}, where each
 * member and the parent have that form again, and a task has no members. Counterpart of
 * {@code celery.result.result_from_tuple}.
 */
final class ResultTuples {

	private ResultTuples() {
	}

	static List<?> write(ResultTree tree) {
		List<ResultTree> members = tree.members();
		return Arrays.asList(Arrays.asList(tree.id(), (tree.parent() != null) ? write(tree.parent()) : null),
				(members != null) ? members.stream().map(ResultTuples::write).toList() : null);
	}

	/**
	 * Reads the form, or the id alone.
	 * @param tuple the form
	 * @return the tree, or {@code null} if it is none
	 */
	static @Nullable ResultTree read(JsonNode tuple) {
		if (tuple.isString()) {
			return ResultTree.task(tuple.stringValue());
		}
		JsonNode head = tuple.path(0);
		JsonNode id = head.isArray() ? head.path(0) : head;
		if (!id.isString()) {
			return null;
		}
		JsonNode parent = head.path(1);
		JsonNode members = tuple.path(1);
		return new ResultTree(id.stringValue(), parent.isArray() ? read(parent) : null,
				members.isArray() ? readAll(members) : null);
	}

	/**
	 * Reads many.
	 * @param tuples an array
	 * @return the trees, without what is none
	 */
	static List<ResultTree> readAll(JsonNode tuples) {
		List<ResultTree> trees = new ArrayList<>();
		for (JsonNode tuple : tuples) {
			ResultTree tree = read(tuple);
			if (tree != null) {
				trees.add(tree);
			}
		}
		return trees;
	}

}
