package io.github.celeryspring.result;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.celeryspring.CeleryException;

/**
 * Keeps result documents. Thread-safe; nothing blocks on the network. Counterpart of
 * {@code celery.backends.base.Backend}.
 *
 * @since 0.1.0
 */
public interface ResultBackend extends AutoCloseable {

	/**
	 * Whether results are kept at all.
	 * @return {@code false} for the disabled backend
	 */
	default boolean isEnabled() {
		return true;
	}

	/**
	 * Stores a document and tells those who wait. A stored SUCCESS is never overwritten.
	 * The document is serialized before this returns; writing is tried until Redis takes
	 * it.
	 * @param result the document
	 * @return completes when it is stored
	 * @throws io.github.celeryspring.CelerySerializationException if the result cannot be
	 * written
	 */
	CompletionStage<Void> store(TaskResult result);

	/**
	 * Reads the document of a task.
	 * @param taskId the id
	 * @return the document; PENDING if there is none
	 */
	CompletionStage<TaskResult> find(String taskId);

	/**
	 * Reads the documents of many tasks.
	 * @param taskIds the ids
	 * @return the documents in the same order; PENDING where there is none
	 */
	default CompletionStage<List<TaskResult>> findAll(List<String> taskIds) {
		List<CompletableFuture<TaskResult>> found = taskIds.stream()
			.map((id) -> find(id).toCompletableFuture())
			.toList();
		return CompletableFuture.allOf(found.toArray(CompletableFuture[]::new))
			.thenApply((done) -> found.stream().map(CompletableFuture::join).toList());
	}

	/**
	 * Waits for the final document of a task: subscribes, reads, and reads again after
	 * every reconnect, so that no wake-up is lost. Cancel the future to stop waiting.
	 * @param taskId the id
	 * @return completes with a document whose state is final, on a thread where callbacks
	 * of users may run
	 */
	CompletableFuture<TaskResult> whenReady(String taskId);

	/**
	 * Waits for the final document of a task like {@link #whenReady}, blocking this
	 * thread.
	 * @param taskId the id
	 * @param timeout how long at most
	 * @return a document whose state is final
	 * @throws InterruptedException if the thread was interrupted
	 * @throws TimeoutException if there is none by then
	 * @throws CeleryException if it cannot be waited for
	 */
	default TaskResult awaitReady(String taskId, Duration timeout) throws InterruptedException, TimeoutException {
		CompletableFuture<TaskResult> ready = whenReady(taskId);
		try {
			return ready.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof CeleryException known) ? known
					: new CeleryException("Cannot wait for task " + taskId + ": " + ex.getCause(), ex.getCause());
		}
		finally {
			ready.cancel(false);
		}
	}

	/**
	 * Deletes the document of a task.
	 * @param taskId the id
	 * @return completes when it is gone
	 */
	CompletionStage<Void> forget(String taskId);

	/**
	 * Counts the parts of chords.
	 * @return the chords of this backend
	 * @throws CeleryException if it keeps nothing to count with
	 */
	default ChordBackend chords() {
		throw new CeleryException("Chords need a result backend in Redis");
	}

	/**
	 * Writes what is pending, then releases threads and subscriptions. Idempotent.
	 */
	@Override
	void close();

}
