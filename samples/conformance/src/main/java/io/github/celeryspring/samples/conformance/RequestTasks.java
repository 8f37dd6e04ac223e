package io.github.celeryspring.samples.conformance;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Component;

/**
 * Tasks that tell how they were called.
 */
@Component
class RequestTasks {

	@CeleryTask(Tasks.PREFIX + "ids")
	Object[] ids(TaskContext context, JsonNode i) {
		return new Object[] { context.rootId(), context.parentId(), i };
	}

	@CeleryTask(Tasks.PREFIX + "collect_ids")
	Object[] collectIds(TaskContext context, JsonNode res, JsonNode i) {
		return new Object[] { res, ids(context, i) };
	}

	@CeleryTask(Tasks.PREFIX + "return_priority")
	String returnPriority(TaskContext context, @Nullable JsonNode... args) {
		return "Priority: " + context.priority();
	}

	@CeleryTask(Tasks.PREFIX + "return_request_eta")
	@Nullable Object returnRequestEta(TaskContext context) {
		return context.message().headers().eta();
	}

	@CeleryTask(Tasks.PREFIX + "return_properties")
	Map<String, @Nullable Object> returnProperties(TaskContext context) {
		return context.message().properties();
	}

	@CeleryTask(Tasks.PREFIX + "soft_time_limit_must_exceed_time_limit")
	void softTimeLimitMustExceedTimeLimit() {
		// Celery refuses the limits that it is called with.
	}

	@CeleryTask(Tasks.PREFIX + "return_request_time_limits")
	Map<String, @Nullable Object> returnRequestTimeLimits(TaskContext context) {
		Map<String, @Nullable Object> limits = new HashMap<>();
		limits.put("time_limit", seconds(context.timeLimit()));
		limits.put("soft_time_limit", seconds(context.softTimeLimit()));
		return limits;
	}

	@CeleryTask(name = Tasks.PREFIX + "task_with_declared_time_limits", timeLimit = "60", softTimeLimit = "45")
	Map<String, @Nullable Object> taskWithDeclaredTimeLimits(TaskContext context) {
		return returnRequestTimeLimits(context);
	}

	private static @Nullable Long seconds(@Nullable Duration limit) {
		return (limit != null) ? limit.toSeconds() : null;
	}

}
