package io.github.celeryspring.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskResult;
import org.jspecify.annotations.Nullable;

/**
 * Waits for many tasks: reads all documents at once, and subscribes to those that are not
 * final. For one use. Counterpart of {@code celery.result.ResultSet.iter_native}.
 */
final class GroupJoin {

	private final ResultBackend backend;

	private final Consumer<TaskResult> action;

	private final Queue<TaskResult> ended = new ConcurrentLinkedQueue<>();

	/** How many ended tasks are to be handed over; who makes it 1 does so. */
	private final AtomicInteger handingOver = new AtomicInteger();

	private final AtomicInteger left;

	private final CompletableFuture<Void> done = new CompletableFuture<>();

	private GroupJoin(ResultBackend backend, int size, Consumer<TaskResult> action) {
		this.backend = backend;
		this.action = action;
		this.left = new AtomicInteger(size);
	}

	/**
	 * Begins to wait.
	 * @param handles the client's
	 * @param taskIds the tasks
	 * @param action gets the final document of each, by one thread at a time
	 * @return completes when all were handed over; to be cancelled by who stops waiting
	 */
	static CompletableFuture<Void> start(ResultHandles handles, List<String> taskIds, Consumer<TaskResult> action) {
		GroupJoin join = new GroupJoin(handles.backend(), taskIds.size(), action);
		if (taskIds.isEmpty()) {
			join.done.complete(null);
			return join.done;
		}
		join.backend.findAll(taskIds).whenCompleteAsync((found, failure) -> {
			if (failure != null) {
				join.done.completeExceptionally(CeleryException.unwrap(failure));
			}
			else {
				join.found(found);
			}
		}, handles.executor());
		return join.done;
	}

	private void found(List<TaskResult> found) {
		List<CompletableFuture<TaskResult>> waiting = new ArrayList<>();
		for (TaskResult result : found) {
			if (result.state().isReady()) {
				ended(result, null);
			}
			else if (!this.done.isDone()) {
				CompletableFuture<TaskResult> ready = this.backend.whenReady(result.taskId());
				waiting.add(ready);
				ready.whenComplete(this::ended);
			}
		}
		this.done.whenComplete((nothing, failure) -> waiting.forEach((ready) -> ready.cancel(false)));
	}

	private void ended(@Nullable TaskResult result, @Nullable Throwable failure) {
		if (result == null) {
			this.done.completeExceptionally(
					(failure != null) ? CeleryException.unwrap(failure) : new CeleryException("No result"));
			return;
		}
		this.ended.add(result);
		if (this.handingOver.getAndIncrement() == 0) {
			do {
				handOver(this.ended.remove());
			}
			while (this.handingOver.decrementAndGet() > 0);
		}
	}

	private void handOver(TaskResult result) {
		if (this.done.isDone()) {
			return;
		}
		try {
			this.action.accept(result);
			if (this.left.decrementAndGet() == 0) {
				this.done.complete(null);
			}
		}
		catch (RuntimeException | Error ex) {
			this.done.completeExceptionally(ex);
		}
	}

}
