package io.github.celeryspring.worker;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.result.ResultBackend;

/**
 * What follows a task as its message says. Counterpart of the end of
 * {@code celery.app.trace.build_tracer} and of {@code celery.backends.base.Backend}.
 */
final class CanvasFollowers implements Followers {

	private final CanvasPublisher canvas;

	private final ResultBackend results;

	CanvasFollowers(CanvasPublisher canvas, ResultBackend results) {
		this.canvas = canvas;
		this.results = results;
	}

	@Override
	public Sequel of(TaskRequest request, TaskOutcome outcome) {
		return Sequel.NONE;
	}

	@Override
	public CompletionStage<Void> publish(List<KombuMessage> messages) {
		return this.canvas.publish(messages);
	}

}
