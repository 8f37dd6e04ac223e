package io.github.celeryspring.worker;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.result.ResultBackend;

/**
 * Adds work to the header of a chord while it runs. Counterpart of
 * {@code celery.app.task.Task.add_to_chord}.
 */
final class ChordAdditions {

	private final CanvasPublisher canvas;

	private final ResultBackend results;

	ChordAdditions(CanvasPublisher canvas, ResultBackend results) {
		this.canvas = canvas;
		this.results = results;
	}

	/**
	 * Adds and sends work. Blocks until Redis has it.
	 * @param work the work; the members of a group are added one by one
	 * @param request a task of the header
	 * @throws CeleryException if the task is in no chord, or Redis does not take it
	 */
	void add(Signature work, TaskRequest request) {
		if (work instanceof Group group) {
			group.tasks().forEach((task) -> add(task, request));
			return;
		}
		TaskHeaders headers = request.message().headers();
		Object body = request.message().body().embed().chord();
		if (body == null || headers.group() == null) {
			throw new CeleryException("Task " + request + " is not a part of any chord");
		}
		TaskOptions options = TaskOptions.builder()
			.group(headers.group(), headers.groupIndex())
			.chord(EmbeddedSignatures.read(body))
			.build();
		Prepared prepared = this.canvas.prepare(work, List.of(), options, request);
		// The last of the others may return at any moment: first it must count.
		CompletableFuture<Void> sent = this.results.chords()
			.addMember(headers.group())
			.thenCompose((added) -> this.canvas.announce(prepared))
			.thenCompose((announced) -> this.canvas.publish(prepared.messages()))
			.toCompletableFuture();
		BuiltInTasks.await(sent);
		request.addChild(prepared.result());
	}

}
