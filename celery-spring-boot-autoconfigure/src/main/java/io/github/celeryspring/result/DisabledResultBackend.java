package io.github.celeryspring.result;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.CeleryException;

/**
 * Keeps nothing: {@code celery.result-backend=disabled://}. Counterpart of
 * {@code celery.backends.base.DisabledBackend}.
 *
 * @since 0.1.0
 */
public final class DisabledResultBackend implements ResultBackend {

	@Override
	public boolean isEnabled() {
		return false;
	}

	@Override
	public CompletionStage<Void> store(TaskResult result) {
		return CompletableFuture.completedStage(null);
	}

	@Override
	public CompletionStage<TaskResult> find(String taskId) {
		throw disabled();
	}

	@Override
	public CompletableFuture<TaskResult> whenReady(String taskId) {
		throw disabled();
	}

	@Override
	public CompletionStage<Void> forget(String taskId) {
		throw disabled();
	}

	@Override
	public void close() {
		// nothing is held
	}

	private static CeleryException disabled() {
		return new CeleryException("No results are kept: celery.result-backend is disabled://");
	}

}
