package io.github.celeryspring.result.redis;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Converts between {@link TaskResult} and Celery's document. Writes what Celery 5.6
 * writes, key for key; reads what any Celery from 4 on writes with the same serializer.
 * Thread-safe. Counterpart of {@code celery.backends.base.Backend._get_result_meta} and
 * {@code meta_from_decoded}.
 */
final class ResultDocuments {

	/** Redis' own limit for one value, and Celery's. */
	static final long MAX_BYTES = 512L * 1024 * 1024;

	// Python's isoformat() leaves the fraction out when it is 0; all readers take both.
	private static final DateTimeFormatter DATE_DONE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx")
		.withZone(ZoneOffset.UTC);

	private final Serializers serializers;

	ResultDocuments(Serializers serializers) {
		this.serializers = serializers;
	}

	byte[] write(TaskResult result) {
		if (result.state().equals(TaskState.PENDING)) {
			throw new CelerySerializationException("State PENDING of task " + result.taskId() + " is never stored",
					null);
		}
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		document.put("status", result.state().name());
		document.put("result", value(result));
		document.put("traceback", result.traceback());
		List<ResultTree> children = result.children();
		document.put("children", (children != null) ? children.stream().map(ResultTuples::write).toList() : null);
		Instant done = result.dateDone();
		document.put("date_done", (done != null) ? DATE_DONE.format(done) : null);
		if (result.groupId() != null) {
			document.put("group_id", result.groupId());
		}
		if (result.parentId() != null) {
			document.put("parent_id", result.parentId());
		}
		if (result.extended() != null) {
			ExtendedDocuments.write(result.extended(), document);
		}
		document.put("task_id", result.taskId());
		byte[] written = this.serializers.encodeResult(document);
		checkSize(result.taskId(), written.length);
		return written;
	}

	static void checkSize(String taskId, long bytes) {
		if (bytes > MAX_BYTES) {
			throw new CelerySerializationException("The result of task " + taskId + " has " + bytes
					+ " bytes; Redis keeps at most " + MAX_BYTES + " in one value", null);
		}
	}

	@Nullable Object value(TaskResult result) {
		Object value = result.result();
		if (value instanceof Throwable throwable) {
			return failure(TaskFailure.of(throwable));
		}
		if (value instanceof TaskFailure failure) {
			return failure(failure);
		}
		if (result.state().isException() && !(value == null && result.state().equals(TaskState.RETRY))) {
			// A Python reader would raise TypeError instead of the task's failure.
			throw new CelerySerializationException(
					"The result of task " + result.taskId() + " in state " + result.state() + " must be a TaskFailure",
					null);
		}
		return value;
	}

	private Map<String, @Nullable Object> failure(TaskFailure failure) {
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		document.put("exc_type", failure.type());
		List<@Nullable Object> message = new ArrayList<>();
		failure.message().forEach((argument) -> message.add(serializable(argument)));
		document.put("exc_message", message);
		document.put("exc_module", failure.module());
		return document;
	}

	private @Nullable Object serializable(@Nullable Object argument) {
		if (argument == null || argument instanceof String || argument instanceof Number || argument instanceof Boolean
				|| argument instanceof JsonNode) {
			return argument;
		}
		try {
			this.serializers.result().serialize(argument);
			return argument;
		}
		catch (CelerySerializationException ex) {
			return String.valueOf(argument);
		}
	}

	/**
	 * Whether a document is final, without reading more of it than necessary: Celery
	 * writes the status first.
	 * @param document the bytes
	 * @return whether its state is SUCCESS, FAILURE or REVOKED
	 * @throws CelerySerializationException if it is not the document of a result
	 */
	boolean isReady(byte[] document) {
		if (!this.serializers.isPlainJson(document)) {
			return state(readTree(document)).isReady();
		}
		try (JsonParser parser = this.serializers.mapper().createParser(document)) {
			if (parser.nextToken() == JsonToken.START_OBJECT) {
				String name;
				while ((name = parser.nextName()) != null) {
					JsonToken value = parser.nextToken();
					if (name.equals("status") && value == JsonToken.VALUE_STRING) {
						return TaskState.of(parser.getString()).isReady();
					}
					parser.skipChildren();
				}
			}
		}
		catch (JacksonException ex) {
			throw unreadable(ex);
		}
		throw unreadable(null);
	}

	TaskResult read(String taskId, byte[] document) {
		JsonNode tree = readTree(document);
		TaskState state = state(tree);
		Object value = readValue(state, tree.get("result"));
		String id = text(tree, "task_id");
		return new TaskResult((id != null) ? id : taskId, state, value, text(tree, "traceback"),
				readChildren(tree.get("children")), readTime(tree.get("date_done")), text(tree, "group_id"),
				text(tree, "parent_id"), ExtendedDocuments.read(tree, this::plain));
	}

	private JsonNode readTree(byte[] document) {
		try {
			return this.serializers.decodeResult(document);
		}
		catch (CelerySerializationException ex) {
			throw unreadable(ex);
		}
	}

	private TaskState state(JsonNode tree) {
		JsonNode status = tree.path("status");
		if (!status.isString()) {
			throw unreadable(null);
		}
		return TaskState.of(status.stringValue());
	}

	@Nullable Object readValue(TaskState state, @Nullable JsonNode result) {
		return (state.isException() && result != null && !result.isNull()) ? readFailure(result) : result;
	}

	private CelerySerializationException unreadable(@Nullable Exception cause) {
		return new CelerySerializationException(
				"The stored result is not a document of Celery that the serializer " + this.serializers.result().name()
						+ " can read; was it written with another result_serializer (json, yaml, msgpack, pickle)?",
				cause);
	}

	private TaskFailure readFailure(JsonNode result) {
		if (!result.isObject()) {
			// Against the rules, but a failure is a failure.
			return new TaskFailure("Exception", Collections.singletonList(plain(result)), null);
		}
		String type = text(result, "exc_type");
		JsonNode message = result.path("exc_message");
		List<@Nullable Object> arguments = new ArrayList<>();
		if (message.isArray()) {
			message.forEach((argument) -> arguments.add(plain(argument)));
		}
		else if (!message.isMissingNode() && !message.isNull()) {
			arguments.add(plain(message));
		}
		return new TaskFailure((type != null) ? type : "Exception", Collections.unmodifiableList(arguments),
				text(result, "exc_module"));
	}

	private @Nullable Object plain(JsonNode node) {
		try {
			return this.serializers.mapper().treeToValue(node, Object.class);
		}
		catch (JacksonException ex) {
			return node;
		}
	}

	private static @Nullable List<ResultTree> readChildren(@Nullable JsonNode children) {
		return (children != null && children.isArray()) ? Collections.unmodifiableList(ResultTuples.readAll(children))
				: null;
	}

	private static @Nullable Instant readTime(@Nullable JsonNode time) {
		JsonNode text = (time != null && time.isObject()) ? time.get("__value__") : time;
		if (text == null || !text.isString()) {
			return null;
		}
		try {
			TemporalAccessor parsed = DateTimeFormatter.ISO_DATE_TIME.parseBest(text.stringValue(),
					OffsetDateTime::from, LocalDateTime::from);
			// Celery before 5.5 wrote UTC without saying so.
			return (parsed instanceof OffsetDateTime offset) ? offset.toInstant()
					: ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private static @Nullable String text(JsonNode tree, String key) {
		JsonNode value = tree.path(key);
		return value.isString() ? value.stringValue() : null;
	}

}
