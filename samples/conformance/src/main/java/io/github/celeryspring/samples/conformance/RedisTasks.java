package io.github.celeryspring.samples.conformance;

import java.nio.charset.StandardCharsets;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.result.PythonException;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Tasks that leave a trace in Redis.
 */
@Component
class RedisTasks {

	private final StringRedisTemplate redis;

	RedisTasks(StringRedisTemplate redis) {
		this.redis = redis;
	}

	@CeleryTask(Tasks.PREFIX + "redis_echo")
	void redisEcho(Object message, @Nullable String redisKey) {
		this.redis.opsForList().rightPush((redisKey != null) ? redisKey : "redis-echo", text(message));
	}

	/**
	 * What redis-py writes: text, numbers, and bytes.
	 */
	private static String text(@Nullable Object value) {
		if (value instanceof String || value instanceof Number) {
			return value.toString();
		}
		if (value instanceof byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}
		throw new PythonException("redis.exceptions", "DataError", "Invalid input: " + value);
	}

	@CeleryTask(Tasks.PREFIX + "redis_echo_group_id")
	void redisEchoGroupId(TaskContext context, JsonNode ignored, @Nullable String redisKey) {
		this.redis.opsForList().rightPush((redisKey != null) ? redisKey : "redis-group-ids", text(context.groupId()));
	}

	@CeleryTask(Tasks.PREFIX + "redis_count")
	void redisCount(@Nullable String redisKey) {
		this.redis.opsForValue().increment((redisKey != null) ? redisKey : "redis-count");
	}

	@CeleryTask(Tasks.PREFIX + "sum_and_record")
	JsonNode sumAndRecord(TaskContext context, JsonNode values, String redisKey) {
		JsonNode sum = PythonValues.sum(values);
		this.redis.opsForList().rightPush(redisKey, context.id());
		return sum;
	}

	@CeleryTask(Tasks.PREFIX + "errback_old_style")
	String errbackOldStyle(String requestId) {
		redisCount(requestId);
		return requestId;
	}

	@CeleryTask(Tasks.PREFIX + "errback_old_style_with_args")
	void errbackOldStyleWithArgs(String requestId, Object label) {
		redisEcho(label, requestId);
	}

	/**
	 * Python calls an errback of the new style in the worker that runs the failed task,
	 * with the request. In Java there is one style of errbacks, which get the id.
	 */
	@CeleryTask(Tasks.PREFIX + "errback_new_style")
	String errbackNewStyle(String requestId) {
		return errbackOldStyle(requestId);
	}

	@CeleryTask(Tasks.PREFIX + "errback_new_style_with_args")
	void errbackNewStyleWithArgs(String requestId, Object label) {
		redisEcho(label, requestId);
	}

}
