package io.github.celeryspring.worker;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.task.IgnoreException;
import io.github.celeryspring.task.MaxRetriesExceededException;
import io.github.celeryspring.task.RejectException;
import io.github.celeryspring.task.ReplaceException;
import io.github.celeryspring.task.RetryException;
import io.github.celeryspring.task.RetryPolicy;
import io.github.celeryspring.task.RetrySpec;
import io.github.celeryspring.task.SoftTimeLimitExceededException;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.worker.TaskOutcome.Failure;
import io.github.celeryspring.worker.TaskOutcome.Ignored;
import io.github.celeryspring.worker.TaskOutcome.Refused;
import io.github.celeryspring.worker.TaskOutcome.Requeued;
import io.github.celeryspring.worker.TaskOutcome.Retry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Decides what comes of a task that threw. Counterpart of
 * {@code celery.app.trace.TraceInfo} and of the end of
 * {@code celery.app.task.Task.retry}.
 */
final class ThrownOutcomes {

	private static final Log logger = LogFactory.getLog(ThrownOutcomes.class);

	private final TaskMessageCodec codec;

	ThrownOutcomes(TaskMessageCodec codec) {
		this.codec = codec;
	}

	/**
	 * Decides and logs it.
	 * @param request the task
	 * @param definition how it was defined
	 * @param thrown what it threw
	 * @return what came of it
	 */
	TaskOutcome of(TaskRequest request, TaskDefinition definition, Throwable thrown) {
		try {
			return decide(request, definition, thrown);
		}
		catch (CelerySerializationException ex) {
			logger.error("Task " + request + " cannot be retried with these arguments", ex);
			return TaskFailures.notSerializable(ex);
		}
		catch (RuntimeException ex) {
			logger.error("Task " + request + " cannot be retried", ex);
			return TaskFailures.of(ex);
		}
	}

	private TaskOutcome decide(TaskRequest request, TaskDefinition definition, Throwable thrown) {
		if (thrown instanceof IgnoreException || request.interruption().isOver()) {
			// Whoever ended the task from outside has said so.
			return new Ignored(null);
		}
		if (thrown instanceof ReplaceException replace) {
			return new Ignored(replace.signature());
		}
		if (thrown instanceof RejectException reject) {
			return rejected(request, reject);
		}
		if (thrown instanceof RetryException retry) {
			return retry(request, definition, retry.spec(), retry.getCause(), retry);
		}
		Throwable failure = request.interruption().isInterrupted() ? softTimeLimit(thrown) : thrown;
		RetryPolicy policy = definition.retryPolicy();
		if (!policy.retries(failure)) {
			return failed(request, definition, failure);
		}
		RetrySpec spec = new RetrySpec().countdown(policy.delay(request.retries()));
		return retry(request, definition, spec, failure, failure);
	}

	private static Throwable softTimeLimit(Throwable thrown) {
		return (thrown instanceof SoftTimeLimitExceededException) ? thrown
				: new SoftTimeLimitExceededException().initCause(thrown);
	}

	private TaskOutcome rejected(TaskRequest request, RejectException reject) {
		logger.warn("Task " + request + " rejected its message"
				+ (reject.requeue() ? ", which goes back to its queue: " : ": ") + reject.getMessage());
		if (reject.requeue()) {
			return new Requeued(null);
		}
		TaskFailure failure = TaskFailures.of(reject).result();
		return new Refused(failure, "Rejected by its task", request.delivery().message(), 1);
	}

	private TaskOutcome retry(TaskRequest request, TaskDefinition definition, RetrySpec spec, @Nullable Throwable cause,
			Throwable thrown) {
		RetryPolicy policy = definition.retryPolicy();
		Integer asked = spec.maxRetries();
		int max = (asked != null) ? asked : policy.maxRetries();
		RetryMessage retry = new RetryMessage(request, definition, spec);
		if (max >= 0 && request.retries() >= max) {
			return failed(request, definition, (cause != null) ? cause
					: new MaxRetriesExceededException("Can't retry " + request + " " + retry.arguments()));
		}
		KombuMessage message = this.codec.encode(retry.message());
		logger.info("Task " + request + " retry: Retry " + retry.when() + ((cause != null) ? ": " + cause : ""));
		return new Retry((cause != null) ? TaskFailures.of(cause).result() : null, TaskFailures.traceback(thrown),
				message);
	}

	private static Failure failed(TaskRequest request, TaskDefinition definition, Throwable failure) {
		Failure outcome = TaskFailures.of(failure);
		if (definition.expects(failure)) {
			logger.info("Task " + request + " raised expected: " + failure);
		}
		else {
			logger.error("Task " + request + " failed: " + outcome.traceback());
		}
		return outcome;
	}

}
