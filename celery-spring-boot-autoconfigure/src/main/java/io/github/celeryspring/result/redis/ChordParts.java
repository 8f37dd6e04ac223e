package io.github.celeryspring.result.redis;

import java.util.Arrays;
import java.util.List;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The parts that a chord collects: {@code [1, task id, state, result]}, byte for byte as
 * Celery writes them.
 */
final class ChordParts {

	private static final byte[] NO_HEAD = { 0, 0 };

	private final Serializers serializers;

	private final ResultDocuments documents;

	ChordParts(Serializers serializers, ResultDocuments documents) {
		this.serializers = serializers;
		this.documents = documents;
	}

	byte[] write(ChordMember member, TaskState state, @Nullable Object result) {
		TaskResult document = new TaskResult(member.taskId(), state, result, null, null, null, null, null);
		byte[] part = this.serializers
			.encodeResult(Arrays.asList(1, member.taskId(), state.name(), this.documents.value(document)));
		ResultDocuments.checkSize(member.taskId(), part.length);
		return part;
	}

	/**
	 * What all parts of a task begin with, whatever its result; none does, unless they
	 * are JSON.
	 */
	byte[] head(String taskId) {
		byte[] list = this.serializers.encodeResult(List.of(1, taskId));
		return this.serializers.isPlainJson(list) ? Arrays.copyOf(list, list.length - 1) : NO_HEAD;
	}

	TaskResult read(byte[] part) {
		JsonNode tree = this.serializers.decodeResult(part);
		JsonNode id = tree.path(1);
		JsonNode state = tree.path(2);
		if (!tree.isArray() || !id.isString() || !state.isString()) {
			throw new CelerySerializationException("A part of a chord is not [1, task id, state, result]", null);
		}
		TaskState parsed = TaskState.of(state.stringValue());
		return new TaskResult(id.stringValue(), parsed, this.documents.readValue(parsed, tree.get(3)), null, null, null,
				null, null);
	}

}
