package io.github.celeryspring.worker;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;

import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.result.ExtendedResult;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the documents of tasks, and stores those that are not final. The backend keeps
 * the order of what it is given, so nobody waits for it.
 */
final class TaskStates {

	private static final Log logger = LogFactory.getLog(TaskStates.class);

	private final ResultBackend results;

	private final Clock clock;

	private final String nodename;

	private final boolean extended;

	private final Map<String, Object> startedMeta;

	TaskStates(ResultBackend results, WorkerOptions options, Clock clock) {
		this.results = results;
		this.clock = clock;
		this.nodename = options.nodename();
		this.extended = options.resultExtended();
		this.startedMeta = Map.of("pid", ProcessHandle.current().pid(), "hostname", options.nodename());
	}

	/** Stores state STARTED. */
	void started(TaskRequest request) {
		store(request, TaskState.STARTED, this.startedMeta);
	}

	/**
	 * Stores a state that is not final, unless results are ignored.
	 * @param request the task
	 * @param state the state
	 * @param meta what the document says as the result
	 * @throws io.github.celeryspring.CelerySerializationException if the meta value
	 * cannot be written
	 */
	void store(TaskRequest request, TaskState state, @Nullable Object meta) {
		if (!this.results.isEnabled() || !request.settings().storesResult()) {
			return;
		}
		this.results.store(document(request, state, meta, null)).whenComplete((stored, failure) -> {
			if (failure != null) {
				logger.debug("State " + state + " of task " + request + " could not be stored", failure);
			}
		});
	}

	/**
	 * Makes a document.
	 * @param request the task
	 * @param state its state
	 * @param result its result, or what the state has in the place of it
	 * @param traceback the stack trace, or {@code null}
	 * @return the document
	 */
	TaskResult document(TaskRequest request, TaskState state, @Nullable Object result, @Nullable String traceback) {
		TaskHeaders headers = request.message().headers();
		Instant done = state.isReady() ? this.clock.instant() : null;
		return new TaskResult(headers.id(), state, result, traceback, request.children(), done, headers.group(),
				headers.parentId(), this.extended ? extended(request.message()) : null);
	}

	private ExtendedResult extended(TaskMessage message) {
		TaskHeaders headers = message.headers();
		return new ExtendedResult(headers.task(), message.body().args(), message.body().kwargs(), this.nodename,
				headers.retries(), message.deliveryInfo().routingKey(), headers.stampedHeaders(), headers.stamps());
	}

}
