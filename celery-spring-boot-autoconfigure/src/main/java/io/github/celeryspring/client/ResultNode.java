package io.github.celeryspring.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

import io.github.celeryspring.result.ResultTree;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ResultTree} in the making: what went before becomes known last, as chains are
 * prepared from their end.
 */
final class ResultNode {

	private final String id;

	private final @Nullable List<ResultNode> members;

	private @Nullable ResultNode parent;

	private ResultNode(String id, @Nullable List<ResultNode> members) {
		this.id = id;
		this.members = members;
	}

	static ResultNode task(String id) {
		return new ResultNode(id, null);
	}

	static ResultNode group(String id, List<ResultNode> members) {
		return new ResultNode(id, members);
	}

	String id() {
		return this.id;
	}

	boolean isGroup() {
		return this.members != null;
	}

	/** Whether a member is a group, so that a chord must know the structure. */
	boolean hasGroups() {
		return this.members != null && this.members.stream().anyMatch(ResultNode::isGroup);
	}

	/**
	 * A group in which everything comes from one inner group is that group.
	 * @return the inner group, or this
	 */
	ResultNode collapsed() {
		return (this.members != null && this.members.size() == 1 && this.members.get(0).isGroup()) ? this.members.get(0)
				: this;
	}

	/**
	 * Puts something before all that is known to have gone before.
	 * @param first what went before
	 */
	void begin(ResultNode first) {
		ResultNode node = this;
		while (node.parent != null) {
			node = node.parent;
		}
		node.parent = first;
	}

	ResultTree tree() {
		// Not recursive along a chain, which may be long.
		Deque<ResultNode> line = new ArrayDeque<>();
		for (ResultNode node = this; node != null; node = node.parent) {
			line.push(node);
		}
		ResultTree tree = null;
		for (ResultNode node : line) {
			List<ResultTree> trees = (node.members != null) ? node.members.stream().map(ResultNode::tree).toList()
					: null;
			tree = new ResultTree(node.id, tree, trees);
		}
		return Objects.requireNonNull(tree);
	}

}
