package io.github.celeryspring.client;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;

/**
 * The handle of a group whose result is converted to something else than a list.
 *
 * @param <T> the type of the result
 */
final class ConvertedGroupResult<T> implements AsyncResult<T> {

	private final DefaultGroupResult<?> group;

	private final Type type;

	ConvertedGroupResult(DefaultGroupResult<?> group, Type type) {
		this.group = group;
		this.type = type;
	}

	@Override
	public String id() {
		return this.group.id();
	}

	@Override
	public <R> AsyncResult<R> as(Class<R> type) {
		return this.group.as(type);
	}

	@Override
	public <R> AsyncResult<R> as(ParameterizedTypeReference<R> type) {
		return this.group.as(type);
	}

	@Override
	public ResultTree tree() {
		return this.group.tree();
	}

	@Override
	public TaskState state() {
		return this.group.state();
	}

	@Override
	public TaskResult document() {
		return this.group.document();
	}

	@Override
	public @Nullable T get(Duration timeout) {
		return this.group.get(this.type, timeout);
	}

	@Override
	public CompletableFuture<@Nullable T> toFuture() {
		return this.group.toFuture(this.type);
	}

	@Override
	public @Nullable AsyncResult<?> parent() {
		return this.group.parent();
	}

	@Override
	public List<AsyncResult<?>> children() {
		return this.group.children();
	}

	@Override
	public void forget() {
		this.group.forget();
	}

	@Override
	public void revoke(boolean terminate) {
		this.group.revoke(terminate);
	}

	@Override
	public String toString() {
		return this.group.toString();
	}

}
