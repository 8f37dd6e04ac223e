package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.task.RateLimit;
import io.github.celeryspring.task.TaskRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The commands that change limits of tasks. Counterpart of {@code rate_limit} and
 * {@code time_limit} in {@code celery.worker.control}.
 */
final class LimitCommands {

	private static final Log logger = LogFactory.getLog(LimitCommands.class);

	private final TaskRegistry registry;

	private final TaskLimits limits;

	LimitCommands(TaskRegistry registry, TaskLimits limits) {
		this.registry = registry;
		this.limits = limits;
	}

	List<ControlCommandHandler> handlers() {
		return List.of(ControlCommandHandler.of("rate_limit", this::rateLimit),
				ControlCommandHandler.of("time_limit", this::timeLimit));
	}

	private Object rateLimit(Map<String, @Nullable Object> arguments) {
		String task = CommandArguments.required(arguments, "task_name");
		Object given = arguments.get("rate_limit");
		RateLimit rate;
		try {
			rate = (given != null && !given.toString().isBlank()) ? RateLimit.of(given.toString()) : RateLimit.NONE;
		}
		catch (IllegalArgumentException ex) {
			return CommandArguments.error("Invalid rate limit string: ValueError('" + given + "')");
		}
		if (this.registry.find(task) == null) {
			return unknown(task);
		}
		boolean none = !rate.isLimited();
		this.limits.setRate(task, rate);
		logger.info(none ? "Rate limits disabled for tasks of type " + task
				: "New rate limit for tasks of type " + task + ": " + rate);
		return CommandArguments.ok(none ? "rate limit disabled successfully" : "new rate limit set successfully");
	}

	private Object timeLimit(Map<String, @Nullable Object> arguments) {
		String task = CommandArguments.required(arguments, "task_name");
		if (this.registry.find(task) == null) {
			return unknown(task);
		}
		TimeLimits times = new TimeLimits(seconds(arguments.get("soft")), seconds(arguments.get("hard")));
		this.limits.setTimes(task, times);
		logger.info("New time limits for tasks of type " + task + ": soft=" + times.soft() + " hard=" + times.hard());
		return CommandArguments.ok("time limits set successfully");
	}

	private static @Nullable Duration seconds(@Nullable Object value) {
		return (value instanceof Number seconds && seconds.doubleValue() > 0)
				? Duration.ofMillis((long) (seconds.doubleValue() * 1000)) : null;
	}

	private static Object unknown(String task) {
		logger.error("A limit was to be set for unknown task " + task);
		return CommandArguments.error("unknown task");
	}

}
