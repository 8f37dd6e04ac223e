package io.github.celeryspring.result.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.result.ResultTree;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The document of a saved group: {@code {"result": [[id, parent], members]}}, where each
 * member and the parent have that form again, and a task has no members. Counterpart of
 * {@code celery.result.result_from_tuple}.
 */
final class GroupDocuments {

	private final Serializers serializers;

	GroupDocuments(Serializers serializers) {
		this.serializers = serializers;
	}

	byte[] write(ResultTree group) {
		return this.serializers.encodeResult(Map.of("result", tuple(group)));
	}

	private static List<?> tuple(ResultTree tree) {
		List<ResultTree> members = tree.members();
		return Arrays.asList(Arrays.asList(tree.id(), (tree.parent() != null) ? tuple(tree.parent()) : null),
				(members != null) ? members.stream().map(GroupDocuments::tuple).toList() : null);
	}

	ResultTree read(byte[] document) {
		return tree(this.serializers.decodeResult(document).path("result"));
	}

	private static ResultTree tree(JsonNode tuple) {
		JsonNode head = tuple.path(0);
		JsonNode id = head.isArray() ? head.path(0) : head;
		if (!id.isString()) {
			throw new CelerySerializationException("The stored group is not a document of Celery", null);
		}
		JsonNode parent = head.path(1);
		return new ResultTree(id.stringValue(), parent.isArray() ? tree(parent) : null, members(tuple.path(1)));
	}

	private static @Nullable List<ResultTree> members(JsonNode nodes) {
		if (!nodes.isArray()) {
			return null;
		}
		List<ResultTree> members = new ArrayList<>();
		nodes.forEach((node) -> members.add(tree(node)));
		return members;
	}

}
