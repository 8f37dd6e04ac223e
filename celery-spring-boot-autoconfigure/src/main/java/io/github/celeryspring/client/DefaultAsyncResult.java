package io.github.celeryspring.client;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.ResultTimeoutException;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;

/**
 * The handle of a task: an id, a type, and what the client's handles share.
 *
 * @param <T> the type of the result
 */
final class DefaultAsyncResult<T> implements AsyncResult<T> {

	private final ResultHandles handles;

	private final String id;

	private final Type type;

	private final boolean ignored;

	DefaultAsyncResult(ResultHandles handles, String id, Type type, boolean ignored) {
		this.handles = handles;
		this.id = id;
		this.type = type;
		this.ignored = ignored;
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public <R> AsyncResult<R> as(Class<R> type) {
		return this.handles.handle(this.id, type, this.ignored);
	}

	@Override
	public <R> AsyncResult<R> as(ParameterizedTypeReference<R> type) {
		return this.handles.handle(this.id, type.getType(), this.ignored);
	}

	@Override
	public TaskState state() {
		return document().state();
	}

	@Override
	public TaskResult document() {
		return this.handles.join("Reading the result of task " + this.id, this.handles.backend().find(this.id));
	}

	@Override
	public @Nullable T get(Duration timeout) {
		requireStored();
		this.handles.warnInsideTask();
		try {
			return converted(this.handles.backend().awaitReady(this.id, timeout));
		}
		catch (TimeoutException ex) {
			throw new ResultTimeoutException("No result of task " + this.id + " within " + timeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ResultTimeoutException("Interrupted while waiting for the result of task " + this.id);
		}
	}

	@Override
	public CompletableFuture<@Nullable T> toFuture() {
		CompletableFuture<@Nullable T> future = new CompletableFuture<>();
		try {
			requireStored();
			CompletableFuture<TaskResult> ready = this.handles.backend().whenReady(this.id);
			ready.whenComplete((result, failure) -> complete(future, result, failure));
			future.whenComplete((value, failure) -> ready.cancel(false));
		}
		catch (CeleryException ex) {
			future.completeExceptionally(ex);
		}
		return future;
	}

	private void complete(CompletableFuture<@Nullable T> future, @Nullable TaskResult result,
			@Nullable Throwable failure) {
		if (result == null) {
			future.completeExceptionally((failure != null) ? failure : new CeleryException("No result of " + this.id));
			return;
		}
		try {
			future.complete(converted(result));
		}
		catch (RuntimeException ex) {
			future.completeExceptionally(ex);
		}
	}

	@SuppressWarnings("unchecked")
	private @Nullable T converted(TaskResult result) {
		return (T) this.handles.value(result, this.type);
	}

	private void requireStored() {
		if (this.ignored) {
			throw new CeleryException("Task " + this.id
					+ " was sent with ignore_result: no result will be stored, so none can be waited for");
		}
	}

	@Override
	public List<AsyncResult<?>> children() {
		List<ResultTree> trees = document().children();
		List<AsyncResult<?>> children = new ArrayList<>();
		if (trees != null) {
			trees.forEach((child) -> children.add(this.handles.handle(child.id(), Object.class, false)));
		}
		return children;
	}

	@Override
	public void revoke(boolean terminate) {
		this.handles.control().revoke(List.of(this.id), terminate, null);
	}

	@Override
	public void forget() {
		this.handles.join("Deleting the result of task " + this.id, this.handles.backend().forget(this.id));
	}

	@Override
	public String toString() {
		return "AsyncResult[" + this.id + "]";
	}

}
