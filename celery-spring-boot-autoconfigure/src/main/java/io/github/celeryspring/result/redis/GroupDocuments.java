package io.github.celeryspring.result.redis;

import java.util.Map;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.result.ResultTree;

/**
 * The document of a saved group: {@code {"result": <tuple>}}. Counterpart of
 * {@code celery.result.GroupResult.save}.
 */
final class GroupDocuments {

	private final Serializers serializers;

	GroupDocuments(Serializers serializers) {
		this.serializers = serializers;
	}

	byte[] write(ResultTree group) {
		return this.serializers.encodeResult(Map.of("result", ResultTuples.write(group)));
	}

	ResultTree read(byte[] document) {
		ResultTree group = ResultTuples.read(this.serializers.decodeResult(document).path("result"));
		if (group == null) {
			throw new CelerySerializationException("The stored group is not a document of Celery", null);
		}
		return group;
	}

}
