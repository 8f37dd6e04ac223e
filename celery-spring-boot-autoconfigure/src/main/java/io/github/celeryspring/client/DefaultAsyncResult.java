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

	private final ResultTree tree;

	private final Type type;

	private final boolean ignored;

	private final @Nullable TaskResult known;

	DefaultAsyncResult(ResultHandles handles, ResultTree tree, Type type, boolean ignored, @Nullable TaskResult known) {
		this.handles = handles;
		this.tree = tree;
		this.type = type;
		this.ignored = ignored;
		this.known = known;
	}

	@Override
	public ResultTree tree() {
		return this.tree;
	}

	@Override
	public String id() {
		return this.tree.id();
	}

	@Override
	public <R> AsyncResult<R> as(Class<R> type) {
		return new DefaultAsyncResult<>(this.handles, this.tree, type, this.ignored, this.known);
	}

	@Override
	public <R> AsyncResult<R> as(ParameterizedTypeReference<R> type) {
		return new DefaultAsyncResult<>(this.handles, this.tree, type.getType(), this.ignored, this.known);
	}

	@Override
	public @Nullable AsyncResult<?> parent() {
		return (this.tree.parent() != null) ? this.handles.handle(this.tree.parent(), false) : null;
	}

	@Override
	public TaskState state() {
		return document().state();
	}

	@Override
	public TaskResult document() {
		if (this.known != null) {
			return this.known;
		}
		return this.handles.join("Reading the result of task " + id(), this.handles.backend().find(id()));
	}

	@Override
	public @Nullable T get(Duration timeout) {
		if (this.known != null) {
			return converted(this.known);
		}
		requireStored();
		this.handles.warnInsideTask();
		if (this.tree.parent() != null) {
			return this.handles.await("task " + id(), toFuture(), timeout);
		}
		try {
			return converted(this.handles.backend().awaitReady(id(), timeout));
		}
		catch (TimeoutException ex) {
			throw new ResultTimeoutException("No result of task " + id() + " within " + timeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ResultTimeoutException("Interrupted while waiting for the result of task " + id());
		}
	}

	@Override
	public CompletableFuture<@Nullable T> toFuture() {
		CompletableFuture<@Nullable T> future = new CompletableFuture<>();
		if (this.known != null) {
			complete(future, this.known, null);
			return future;
		}
		try {
			requireStored();
			CompletableFuture<TaskResult> ready = this.handles.backend().whenReady(id());
			ready.whenComplete((result, failure) -> complete(future, result, failure));
			future.whenComplete((value, failure) -> ready.cancel(false));
			ParentWatch.start(this.handles, this.tree, future);
		}
		catch (CeleryException ex) {
			future.completeExceptionally(ex);
		}
		return future;
	}

	private void complete(CompletableFuture<@Nullable T> future, @Nullable TaskResult result,
			@Nullable Throwable failure) {
		if (result == null) {
			future.completeExceptionally((failure != null) ? failure : new CeleryException("No result of " + id()));
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
			throw new CeleryException("Task " + id()
					+ " was sent with ignore_result: no result will be stored, so none can be waited for");
		}
	}

	@Override
	public List<AsyncResult<?>> children() {
		List<ResultTree> trees = document().children();
		List<AsyncResult<?>> children = new ArrayList<>();
		if (trees != null) {
			trees.forEach((child) -> children.add(this.handles.handle(child, false)));
		}
		return children;
	}

	@Override
	public void revoke(boolean terminate) {
		this.handles.control().revoke(List.of(id()), terminate, null);
	}

	@Override
	public void forget() {
		this.handles.join("Deleting the result of task " + id(), this.handles.backend().forget(id()));
	}

	@Override
	public String toString() {
		return "AsyncResult[" + id() + "]";
	}

}
