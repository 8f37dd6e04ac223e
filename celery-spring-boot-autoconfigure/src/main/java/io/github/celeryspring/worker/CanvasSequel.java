package io.github.celeryspring.worker;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;

/**
 * What follows one task. For one use.
 */
final class CanvasSequel implements Sequel {

	private final TaskRequest request;

	private final List<Prepared> prepared;

	private final List<ResultTree> children;

	private final List<TaskResult> results;

	private final List<ChordPart> parts;

	private final ChordFollowers chords;

	private volatile Followup followup = Followup.NONE;

	/**
	 * Puts together what follows.
	 * @param request the task
	 * @param prepared what is sent in any case
	 * @param children what of it is told of in the result
	 * @param results other results that are decided
	 * @param parts what chords have to count
	 * @param chords counts them
	 */
	CanvasSequel(TaskRequest request, List<Prepared> prepared, List<ResultTree> children, List<TaskResult> results,
			List<ChordPart> parts, ChordFollowers chords) {
		this.request = request;
		this.prepared = prepared;
		this.children = children;
		this.results = results;
		this.parts = parts;
		this.chords = chords;
	}

	@Override
	public List<ResultTree> children() {
		return this.children;
	}

	@Override
	public List<TaskResult> results() {
		return this.results;
	}

	@Override
	public CompletionStage<List<KombuMessage>> messages() {
		return this.chords.announced(this.prepared)
			.thenCompose((announced) -> this.chords.returned(this.parts, this.request).thenApply(announced::plus))
			.thenApply((all) -> {
				this.followup = all;
				return all.messages();
			});
	}

	@Override
	public CompletionStage<Void> sent() {
		return (this.followup == Followup.NONE) ? CompletableFuture.completedStage(null) : this.followup.noted();
	}

}
