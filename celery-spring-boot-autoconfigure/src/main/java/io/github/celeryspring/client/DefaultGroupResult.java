package io.github.celeryspring.client;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.GroupResult;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;

/**
 * The handle of a group: which results belong to it, and what the client's handles share.
 *
 * @param <T> the type of the results
 */
final class DefaultGroupResult<T> implements GroupResult<T> {

	private final ResultHandles handles;

	private final ResultTree tree;

	/** Of the list. */
	private final Type type;

	DefaultGroupResult(ResultHandles handles, ResultTree tree, Type type) {
		this.handles = handles;
		this.tree = tree;
		this.type = type;
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
	public <R> GroupResult<R> asListOf(Class<R> type) {
		return new DefaultGroupResult<>(this.handles, this.tree, listOf(type));
	}

	static Type listOf(Class<?> type) {
		return ResolvableType.forClassWithGenerics(List.class, type).getType();
	}

	@Override
	public <R> AsyncResult<R> as(Class<R> type) {
		return new ConvertedGroupResult<>(this, type);
	}

	@Override
	public <R> AsyncResult<R> as(ParameterizedTypeReference<R> type) {
		return new ConvertedGroupResult<>(this, type.getType());
	}

	@Override
	public @Nullable AsyncResult<?> parent() {
		return (this.tree.parent() != null) ? this.handles.handle(this.tree.parent(), false) : null;
	}

	@Override
	@SuppressWarnings("unchecked")
	public List<AsyncResult<T>> results() {
		return members(this.tree).stream()
			.map((member) -> (AsyncResult<T>) this.handles.handle(member, memberType(), false))
			.toList();
	}

	@Override
	public List<AsyncResult<?>> children() {
		return List.copyOf(results());
	}

	private Type memberType() {
		return (this.type instanceof ParameterizedType list && list.getActualTypeArguments().length == 1)
				? list.getActualTypeArguments()[0] : Object.class;
	}

	private static List<ResultTree> members(ResultTree group) {
		return (group.members() != null) ? group.members() : List.of();
	}

	private List<String> taskIds() {
		List<String> ids = new ArrayList<>();
		addTaskIds(this.tree, ids);
		return ids;
	}

	private static void addTaskIds(ResultTree tree, List<String> ids) {
		if (tree.members() == null) {
			ids.add(tree.id());
		}
		members(tree).forEach((member) -> addTaskIds(member, ids));
	}

	private List<TaskState> states() {
		return this.handles.join("Reading the results of group " + id(), this.handles.backend().findAll(taskIds()))
			.stream()
			.map(TaskResult::state)
			.toList();
	}

	@Override
	public int completedCount() {
		return (int) states().stream().filter(TaskState.SUCCESS::equals).count();
	}

	@Override
	public boolean ready() {
		return states().stream().allMatch(TaskState::isReady);
	}

	@Override
	public boolean successful() {
		return state().equals(TaskState.SUCCESS);
	}

	@Override
	public boolean failed() {
		return state().equals(TaskState.FAILURE);
	}

	@Override
	public TaskState state() {
		List<TaskState> states = states();
		if (states.stream().anyMatch(TaskState::isPropagated)) {
			return TaskState.FAILURE;
		}
		return states.stream().allMatch(TaskState::isReady) ? TaskState.SUCCESS : TaskState.PENDING;
	}

	@Override
	public TaskResult document() {
		return new TaskResult(id(), state(), null, null, members(this.tree), null, null, null, null);
	}

	@Override
	public @Nullable List<@Nullable T> get(Duration timeout) {
		return get(this.type, timeout);
	}

	<R> @Nullable R get(Type type, Duration timeout) {
		this.handles.warnInsideTask();
		return this.handles.await("group " + id(), this.<R>toFuture(type), timeout);
	}

	@Override
	public CompletableFuture<@Nullable List<@Nullable T>> toFuture() {
		return toFuture(this.type);
	}

	<R> CompletableFuture<@Nullable R> toFuture(Type type) {
		CompletableFuture<@Nullable R> future = new CompletableFuture<>();
		Map<String, TaskResult> results = new ConcurrentHashMap<>();
		CompletableFuture<Void> joined = GroupJoin.start(this.handles, taskIds(), (result) -> {
			if (result.state().isPropagated()) {
				throw ResultHandles.failure(result);
			}
			results.put(result.taskId(), result);
		});
		joined.whenComplete((nothing, failure) -> {
			if (failure != null) {
				future.completeExceptionally(failure);
			}
			else {
				complete(future, results, type);
			}
		});
		future.whenComplete((value, failure) -> joined.cancel(false));
		ParentWatch.start(this.handles, this.tree, future);
		return future;
	}

	@SuppressWarnings("unchecked")
	private <R> void complete(CompletableFuture<@Nullable R> future, Map<String, TaskResult> results, Type type) {
		try {
			future.complete((R) this.handles.value(this.tree, results, type));
		}
		catch (RuntimeException ex) {
			future.completeExceptionally(ex);
		}
	}

	@Override
	public CompletableFuture<Void> forEach(Consumer<? super AsyncResult<T>> action) {
		return GroupJoin.start(this.handles, taskIds(),
				(result) -> action.accept(this.handles.known(result, memberType())));
	}

	@Override
	public Iterator<AsyncResult<T>> iterate(Duration timeout) {
		return new GroupIterator<>(this, taskIds().size(), timeout);
	}

	@Override
	public void save() {
		this.handles.join("Saving group " + id(), this.handles.backend().chords().saveGroup(this.tree));
	}

	@Override
	public void delete() {
		this.handles.join("Deleting group " + id(), this.handles.backend().chords().deleteGroup(id()));
	}

	@Override
	public void forget() {
		CompletableFuture<?>[] forgotten = taskIds().stream()
			.map((id) -> this.handles.backend().forget(id).toCompletableFuture())
			.toArray(CompletableFuture[]::new);
		this.handles.join("Deleting the results of group " + id(), CompletableFuture.allOf(forgotten));
	}

	@Override
	public void revoke(boolean terminate) {
		this.handles.control().revoke(taskIds(), terminate, null);
	}

	@Override
	public String toString() {
		return "GroupResult[" + id() + "]";
	}

}
