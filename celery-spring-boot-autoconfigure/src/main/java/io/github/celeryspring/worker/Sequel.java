package io.github.celeryspring.worker;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;

/**
 * What one task brings about besides its result. The order is: result stored,
 * {@link #messages()} asked, message acknowledged and messages pushed in one step,
 * {@link #sent()} told. Whoever dies in between leaves the message in Redis; the next run
 * finds the result and goes on from there. Nothing here blocks.
 */
interface Sequel {

	/** Nothing follows. */
	Sequel NONE = pushing(List.of());

	/**
	 * What is sent, for the children in the result.
	 * @return the trees, possibly none
	 */
	default List<ResultTree> children() {
		return List.of();
	}

	/**
	 * Results of other tasks that are decided with this one, such as the rest of a chain
	 * that has failed.
	 * @return the documents, possibly none
	 */
	default List<TaskResult> results() {
		return List.of();
	}

	/**
	 * Does what comes before the sending, such as counting a part of a chord.
	 * @return completes with what is to be pushed
	 */
	CompletionStage<List<KombuMessage>> messages();

	/**
	 * The messages were pushed.
	 * @return completes when that is noted
	 */
	default CompletionStage<Void> sent() {
		return CompletableFuture.completedFuture(null);
	}

	/**
	 * Messages and nothing else.
	 * @param messages the messages
	 * @return the sequel
	 */
	static Sequel pushing(List<KombuMessage> messages) {
		return () -> CompletableFuture.completedFuture(messages);
	}

}
