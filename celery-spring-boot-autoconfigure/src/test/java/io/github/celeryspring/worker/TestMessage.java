package io.github.celeryspring.worker;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;

/**
 * A task message in the making, for queue "celery".
 */
final class TestMessage {

	final String id = UUID.randomUUID().toString();

	private final String task;

	private List<Object> args = List.of();

	private TaskEmbed embed = TaskEmbed.NONE;

	private Instant eta;

	private Instant expires;

	private Boolean ignoreResult;

	private Double timeLimit;

	private Double softTimeLimit;

	private String group;

	private String parentId;

	private final Map<String, Object> headers = new LinkedHashMap<>();

	private TestMessage(String task) {
		this.task = task;
	}

	static TestMessage of(String task, Object... args) {
		TestMessage message = new TestMessage(task);
		message.args = new ArrayList<>(Arrays.asList(args));
		return message;
	}

	TestMessage eta(Instant eta) {
		this.eta = eta;
		return this;
	}

	TestMessage expires(Instant expires) {
		this.expires = expires;
		return this;
	}

	TestMessage ignoreResult(Boolean ignoreResult) {
		this.ignoreResult = ignoreResult;
		return this;
	}

	TestMessage timeLimits(Double hard, Double soft) {
		this.timeLimit = hard;
		this.softTimeLimit = soft;
		return this;
	}

	TestMessage group(String group) {
		this.group = group;
		return this;
	}

	TestMessage parentId(String parentId) {
		this.parentId = parentId;
		return this;
	}

	TestMessage header(String name, Object value) {
		this.headers.put(name, value);
		return this;
	}

	TestMessage embed(TaskEmbed embed) {
		this.embed = embed;
		return this;
	}

	KombuMessage encode(TaskMessageCodec codec) {
		TaskHeaders headers = new TaskHeaders("py", this.task, this.id, null, this.eta, this.expires, this.group, null,
				0, this.timeLimit, this.softTimeLimit, this.id, this.parentId, null, null, null, this.ignoreResult, 0,
				null, Map.of(), this.headers);
		return codec.encode(new TaskMessage(headers, new TaskBody(this.args, Map.of(), this.embed),
				DeliveryInfo.toQueue("celery"), 0, null));
	}

}
