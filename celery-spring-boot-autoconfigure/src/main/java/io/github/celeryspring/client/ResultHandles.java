package io.github.celeryspring.client;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.ResultTimeoutException;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.task.TaskContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * What all handles of a client have in common, so that a handle itself is small.
 */
final class ResultHandles {

	private static final Log logger = LogFactory.getLog(ResultHandles.class);

	private final ResultBackend backend;

	private final CeleryControl control;

	private final JsonMapper mapper;

	private final Duration readTimeout;

	private final AtomicBoolean warned = new AtomicBoolean();

	private final Executor executor;

	ResultHandles(ResultBackend backend, CeleryControl control, JsonMapper mapper, Duration readTimeout,
			Executor executor) {
		this.backend = backend;
		this.control = control;
		this.mapper = mapper;
		this.readTimeout = readTimeout;
		this.executor = executor;
	}

	/** Where callbacks of users may run. */
	Executor executor() {
		return this.executor;
	}

	ResultBackend backend() {
		return this.backend;
	}

	CeleryControl control() {
		return this.control;
	}

	<T> AsyncResult<T> handle(String taskId, Type type, boolean ignored) {
		return new DefaultAsyncResult<>(this, ResultTree.task(taskId), type, ignored, null);
	}

	AsyncResult<?> handle(ResultTree tree, boolean ignored) {
		return handle(tree, Object.class, ignored);
	}

	AsyncResult<?> handle(ResultTree tree, Type type, boolean ignored) {
		if (tree.members() == null) {
			return new DefaultAsyncResult<>(this, tree, type, ignored, null);
		}
		return new DefaultGroupResult<>(this, tree,
				type.equals(Object.class) ? DefaultGroupResult.listOf(Object.class) : type);
	}

	<T> AsyncResult<T> known(TaskResult result, Type type) {
		return new DefaultAsyncResult<>(this, ResultTree.task(result.taskId()), type, false, result);
	}

	/**
	 * Makes the value of a final document.
	 * @param result the document
	 * @param type the type to convert to
	 * @return the value
	 * @throws RemoteTaskException if the task failed
	 * @throws CelerySerializationException if the value is not of the type
	 */
	@Nullable Object value(TaskResult result, Type type) {
		if (result.state().isPropagated()) {
			throw failure(result);
		}
		return (result.result() instanceof JsonNode tree) ? converted("task " + result.taskId(), tree, type)
				: result.result();
	}

	/**
	 * Makes the value of a group.
	 * @param group the group
	 * @param results the documents of all its tasks, which have succeeded
	 * @param type the type of the list
	 * @return the value
	 * @throws CelerySerializationException if the value is not of the type
	 */
	@Nullable Object value(ResultTree group, Map<String, TaskResult> results, Type type) {
		return converted("group " + group.id(), tree(group, results), type);
	}

	private JsonNode tree(ResultTree tree, Map<String, TaskResult> results) {
		List<ResultTree> members = tree.members();
		if (members == null) {
			Object result = Objects.requireNonNull(results.get(tree.id())).result();
			return (result instanceof JsonNode node) ? node : this.mapper.valueToTree(result);
		}
		ArrayNode list = this.mapper.createArrayNode();
		members.forEach((member) -> list.add(tree(member, results)));
		return list;
	}

	private @Nullable Object converted(String what, JsonNode tree, Type type) {
		try {
			return this.mapper.treeToValue(tree, this.mapper.constructType(type));
		}
		catch (JacksonException ex) {
			throw new CelerySerializationException(
					"The result of " + what + " is no " + type.getTypeName() + ": " + ex.getOriginalMessage(), ex);
		}
	}

	static RemoteTaskException failure(TaskResult result) {
		if (result.result() instanceof TaskFailure failure) {
			return new RemoteTaskException(result.taskId(), failure.type(), failure.module(),
					PythonText.message(failure.message()), result.traceback());
		}
		return new RemoteTaskException(result.taskId(), "Exception", null, String.valueOf(result.result()),
				result.traceback());
	}

	/**
	 * Blocks for an answer of the backend.
	 * @param <T> the type of the answer
	 * @param what what was asked, for messages
	 * @param stage the answer to come
	 * @return the answer
	 */
	<T extends @Nullable Object> T join(String what, CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture()
				.get(TimeUnit.NANOSECONDS.convert(this.readTimeout), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof CeleryException known) ? known
					: new CeleryException(what + " failed: " + ex.getCause(), ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new BrokerUnavailableException(what + ": Redis did not answer within " + this.readTimeout, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CeleryException(what + " was interrupted", ex);
		}
	}

	/**
	 * Blocks for a result.
	 * @param <T> the type of the result
	 * @param what whose result, for messages
	 * @param future the result to come; cancelled if it does not
	 * @param timeout how long at most
	 * @return the result
	 */
	<T extends @Nullable Object> T await(String what, CompletableFuture<T> future, Duration timeout) {
		try {
			return future.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof CeleryException known) ? known
					: new CeleryException("Cannot wait for " + what + ": " + ex.getCause(), ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new ResultTimeoutException("No result of " + what + " within " + timeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ResultTimeoutException("Interrupted while waiting for the result of " + what);
		}
		finally {
			future.cancel(false);
		}
	}

	/**
	 * Celery forbids to wait for a result inside a task: workers whose slots all wait for
	 * tasks that no slot is left for stand still. Here each wait has a deadline, and the
	 * other task may run elsewhere; so it is allowed, and said once.
	 */
	void warnInsideTask() {
		TaskContext context = TaskContext.current();
		if (context != null && this.warned.compareAndSet(false, true)) {
			logger.warn("Task " + context.taskName() + " waits for the result of another task, and keeps its slot of"
					+ " the worker meanwhile: if all slots wait, the worker stands still until the timeouts."
					+ " Better let the other task call the next one. This is logged once.");
		}
	}

}
