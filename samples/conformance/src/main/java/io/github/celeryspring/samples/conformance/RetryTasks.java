package io.github.celeryspring.samples.conformance;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.task.RetrySpec;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Component;

/**
 * Tasks that are tried again.
 */
@Component
class RetryTasks {

	private final AtomicInteger attempt = new AtomicInteger();

	@CeleryTask(Tasks.PREFIX + "retry")
	JsonNode retry(TaskContext context, @Nullable JsonNode returnValue) {
		if (returnValue != null && PythonValues.isTrue(returnValue) && this.attempt.getAndIncrement() >= 3) {
			this.attempt.set(0);
			return returnValue;
		}
		throw context.retry(new ExpectedException(), (retry) -> retry.countdown(Duration.ofSeconds(5)));
	}

	@CeleryTask(Tasks.PREFIX + "retry_unpickleable")
	void retryUnpickleable(TaskContext context, JsonNode foo, JsonNode bar, RetryKwargs retryKwargs) {
		throw context.retry(new UnpickleableException(foo),
				(retry) -> retry.countdown(seconds(retryKwargs.countdown())).maxRetries(retryKwargs.max_retries()));
	}

	@CeleryTask(name = Tasks.PREFIX + "retry_with_args_after_kwargs", maxRetries = 1)
	Map<String, @Nullable Object> retryWithArgsAfterKwargs(TaskContext context, int foo, int bar,
			@Nullable String label) {
		if (context.retries() == 0) {
			throw context.retry(null, (retry) -> retry.args(foo + 1, bar + 1).countdown(Duration.ZERO));
		}
		Map<String, @Nullable Object> seen = seen(context, foo, bar);
		seen.put("label", label);
		return seen;
	}

	@CeleryTask(name = Tasks.PREFIX + "retry_with_kwargs_after_args", maxRetries = 1)
	Map<String, @Nullable Object> retryWithKwargsAfterArgs(TaskContext context, int foo, int bar) {
		if (context.retries() == 0) {
			throw context.retry(null, (retry) -> retry.kwargs(Map.of("foo", foo + 1)).countdown(Duration.ZERO));
		}
		return seen(context, foo, bar);
	}

	private static Map<String, @Nullable Object> seen(TaskContext context, int foo, int bar) {
		Map<String, @Nullable Object> seen = new HashMap<>();
		seen.put("foo", foo);
		seen.put("bar", bar);
		seen.put("retries", context.retries());
		seen.put("is_eager", false);
		return seen;
	}

	/**
	 * As an errback it gets up to three arguments, of which it makes no use.
	 */
	@CeleryTask(name = Tasks.PREFIX + "retry_once", maxRetries = 1)
	int retryOnce(TaskContext context, @Nullable JsonNode first, @Nullable JsonNode second, @Nullable JsonNode third,
			@Nullable Double expires, @Nullable Integer maxRetries, @Nullable Double countdown) {
		return once(context, (retry) -> {
			retry.maxRetries((maxRetries != null) ? maxRetries : 1);
			retry.countdown((countdown != null) ? seconds(countdown) : Duration.ofMillis(100));
			if (expires != null) {
				retry.options((options) -> options.expires(seconds(expires)));
			}
		});
	}

	@CeleryTask(name = Tasks.PREFIX + "retry_once_ignore_result", ignoreResult = "true")
	int retryOnceIgnoreResult(TaskContext context) {
		return once(context, (retry) -> retry.countdown(Duration.ZERO));
	}

	@CeleryTask(name = Tasks.PREFIX + "retry_once_with_result", ignoreResult = "false")
	int retryOnceWithResult(TaskContext context) {
		return once(context, (retry) -> retry.countdown(Duration.ZERO));
	}

	@CeleryTask(name = Tasks.PREFIX + "retry_once_priority", maxRetries = 1)
	int retryOncePriority(TaskContext context) {
		once(context, (retry) -> retry.maxRetries(1).countdown(Duration.ofMillis(100)));
		return context.priority();
	}

	@CeleryTask(name = Tasks.PREFIX + "retry_once_headers", maxRetries = 1)
	Map<String, @Nullable Object> retryOnceHeaders(TaskContext context) {
		once(context, (retry) -> retry.maxRetries(1).countdown(Duration.ofMillis(100)));
		return context.headers();
	}

	@CeleryTask(name = "auto_retry_class_task", autoretryFor = ValueError.class, maxRetries = 1, retryBackoff = "true")
	int autoRetryClassTask(TaskContext context) {
		if (context.retries() == 0) {
			throw new ValueError();
		}
		return context.retries();
	}

	private static int once(TaskContext context, Consumer<RetrySpec> how) {
		if (context.retries() == 0) {
			throw context.retry(null, how);
		}
		return context.retries();
	}

	private static Duration seconds(double seconds) {
		return Duration.ofNanos((long) (seconds * 1e9));
	}

	record RetryKwargs(double countdown, int max_retries) {
	}

}
