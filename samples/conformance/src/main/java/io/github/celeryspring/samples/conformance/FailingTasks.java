package io.github.celeryspring.samples.conformance;

import java.time.Instant;
import java.util.stream.Stream;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.RejectException;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Component;

/**
 * Tasks that fail, or refuse their message.
 */
@Component
class FailingTasks {

	private final ResultBackend results;

	FailingTasks(ResultBackend results) {
		this.results = results;
	}

	@CeleryTask(Tasks.PREFIX + "raise_error")
	void raiseError(JsonNode... args) {
		throw new ValueError("deliberate error");
	}

	@CeleryTask(Tasks.PREFIX + "fail")
	void fail(@Nullable JsonNode... args) {
		throw new ExpectedException(
				Stream.concat(Stream.of("Task expected to fail"), Stream.of(args)).toArray(Object[]::new));
	}

	@CeleryTask(Tasks.PREFIX + "fail_unpickleable")
	void failUnpickleable(JsonNode foo, JsonNode bar) {
		throw new UnpickleableException(foo);
	}

	@CeleryTask(name = Tasks.PREFIX + "store_success_then_reject", acksLate = "true")
	String storeSuccessThenReject(TaskContext context) {
		if (!context.redelivered()) {
			TaskResult firstPass = new TaskResult(context.id(), TaskState.SUCCESS, "first-pass", null, null,
					Instant.now(), null, null, null);
			this.results.store(firstPass).toCompletableFuture().join();
			throw new RejectException("First delivery", true);
		}
		return "dedup-pass";
	}

	@CeleryTask(name = Tasks.PREFIX + "reject_then_succeed", acksLate = "true")
	String rejectThenSucceed(TaskContext context) {
		if (!context.redelivered()) {
			throw new RejectException("First delivery", true);
		}
		return "second-pass";
	}

	@CeleryTask(Tasks.PREFIX + "reject_without_requeue")
	void rejectWithoutRequeue() {
		throw new RejectException("rejected", false);
	}

}
