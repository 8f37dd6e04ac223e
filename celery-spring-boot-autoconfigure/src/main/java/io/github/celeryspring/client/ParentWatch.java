package io.github.celeryspring.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;

/**
 * Looks from time to time whether what goes before in a chain has failed, because then
 * nobody may ever store the result that is waited for: workers of Celery before 5.7 tell
 * neither the members of a group nor the body of a chord. Groups are not looked at: their
 * failure is told to the body of the chord. Counterpart of
 * {@code celery.result.AsyncResult._maybe_reraise_parent_error}.
 */
final class ParentWatch {

	private static final long INTERVAL_MILLIS = 1000;

	private final ResultHandles handles;

	private final Executor timer;

	private final List<String> parents;

	private final CompletableFuture<?> waiting;

	private ParentWatch(ResultHandles handles, List<String> parents, CompletableFuture<?> waiting) {
		this.handles = handles;
		this.timer = CompletableFuture.delayedExecutor(INTERVAL_MILLIS, TimeUnit.MILLISECONDS, handles.executor());
		this.parents = parents;
		this.waiting = waiting;
	}

	/**
	 * Begins to watch, if there is anything.
	 * @param handles the client's
	 * @param tree what is waited for
	 * @param waiting fails with the failure of a parent; the watch ends with it
	 */
	static void start(ResultHandles handles, ResultTree tree, CompletableFuture<?> waiting) {
		List<String> parents = new ArrayList<>();
		for (ResultTree parent = tree.parent(); parent != null; parent = parent.parent()) {
			if (parent.members() == null) {
				parents.add(parent.id());
			}
		}
		if (!parents.isEmpty()) {
			new ParentWatch(handles, parents, waiting).lookLater();
		}
	}

	private void lookLater() {
		this.timer.execute(() -> {
			if (!this.waiting.isDone()) {
				this.handles.backend()
					.findAll(this.parents)
					.whenCompleteAsync((found, failure) -> looked((failure == null) ? found : List.of()),
							this.handles.executor());
			}
		});
	}

	private void looked(List<TaskResult> found) {
		for (TaskResult parent : found) {
			if (parent.state().isPropagated()) {
				this.waiting.completeExceptionally(ResultHandles.failure(parent));
				return;
			}
		}
		lookLater();
	}

}
