package io.github.celeryspring.worker;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.kombu.KombuMessage;

/**
 * Knows what follows a task: callbacks, the rest of its chain, the body of its chord,
 * errbacks, or what replaces it.
 */
interface Followers {

	/**
	 * Prepares what follows, on the thread of the task. Whatever is sent has its id from
	 * here on, so that it can be listed in the result.
	 * @param request the task
	 * @param outcome what came of it
	 * @return what follows; {@link Sequel#NONE} for nothing
	 * @throws RuntimeException if it cannot be prepared, which fails the task
	 */
	Sequel of(TaskRequest request, TaskOutcome outcome);

	/**
	 * Sends what follows a task that was acknowledged before it ran. Does not block.
	 * @param messages the messages
	 * @return completes when Redis has them
	 */
	CompletionStage<Void> publish(List<KombuMessage> messages);

}
