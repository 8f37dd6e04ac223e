package io.github.celeryspring.testsupport;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.result.ChordBackend;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.awaitility.Awaitility;

/**
 * The contract of {@link ResultBackend} without Redis: remembers every document stored.
 * Can refuse documents for good. A SUCCESS is final.
 */
public final class InMemoryResults implements ResultBackend {

	private final Serializers serializers;

	private final List<TaskResult> stored = new CopyOnWriteArrayList<>();

	private final Map<String, CompletableFuture<TaskResult>> finals = new ConcurrentHashMap<>();

	private final InMemoryChords chords;

	private volatile Predicate<TaskResult> refused = (result) -> false;

	public InMemoryResults(Serializers serializers) {
		this.serializers = serializers;
		this.chords = new InMemoryChords(serializers);
	}

	/** Refuses such documents for good. */
	public void refuse(Predicate<TaskResult> refused) {
		this.refused = refused;
	}

	/** All documents of a task, the first one first. */
	public List<TaskResult> history(String taskId) {
		return this.stored.stream().filter((result) -> result.taskId().equals(taskId)).toList();
	}

	/** Waits for the final document of a task. */
	public TaskResult await(String taskId) {
		return Awaitility.await()
			.until(() -> this.stored.stream()
				.filter((result) -> result.taskId().equals(taskId) && result.state().isReady())
				.findFirst()
				.orElse(null), (result) -> result != null);
	}

	@Override
	public CompletionStage<Void> store(TaskResult result) {
		if (!(result.result() instanceof TaskFailure)) {
			this.serializers.json().serialize(result.result());
		}
		if (this.refused.test(result)) {
			return CompletableFuture.failedFuture(new IllegalStateException("WRONGTYPE of the test"));
		}
		if (history(result.taskId()).stream().noneMatch((earlier) -> earlier.state().equals(TaskState.SUCCESS))) {
			this.stored.add(result);
			if (result.state().isReady()) {
				this.finals.computeIfAbsent(result.taskId(), (id) -> new CompletableFuture<>()).complete(result);
			}
		}
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public CompletionStage<TaskResult> find(String taskId) {
		List<TaskResult> history = history(taskId);
		return CompletableFuture
			.completedFuture(history.isEmpty() ? TaskResult.pending(taskId) : history.get(history.size() - 1));
	}

	@Override
	public CompletableFuture<TaskResult> whenReady(String taskId) {
		return this.finals.computeIfAbsent(taskId, (id) -> new CompletableFuture<>()).copy();
	}

	@Override
	public CompletionStage<Void> forget(String taskId) {
		this.stored.removeIf((result) -> result.taskId().equals(taskId));
		this.finals.remove(taskId);
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public ChordBackend chords() {
		return this.chords;
	}

	@Override
	public void close() {
		// nothing is held
	}

}
