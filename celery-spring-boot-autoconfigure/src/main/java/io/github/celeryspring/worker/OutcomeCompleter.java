package io.github.celeryspring.worker;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.worker.TaskOutcome.Refused;
import io.github.celeryspring.worker.TaskOutcome.Success;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Brings a message to its end: the result is stored, then the message is settled and what
 * follows is sent, then its permit is given back, each after the one before is confirmed.
 * Nothing here blocks; the task thread is free at once. Whoever dies in between leaves
 * the message in Redis, to be run again.
 */
final class OutcomeCompleter {

	private static final Log logger = LogFactory.getLog(OutcomeCompleter.class);

	private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

	private final ResultBackend results;

	private final Prefetch prefetch;

	private final ReservedTasks reserved;

	private final WorkerCounters counters;

	private final DeadLetters letters;

	private final Followers followers;

	private final TaskStates states;

	private final UndecodableTasks undecodable;

	private volatile boolean stopping;

	OutcomeCompleter(ResultBackend results, Followers followers, Prefetch prefetch, ReservedTasks reserved,
			WorkerCounters counters, TaskStates states, Clock clock) {
		this.states = states;
		this.followers = followers;
		this.results = results;
		this.prefetch = prefetch;
		this.reserved = reserved;
		this.counters = counters;
		this.letters = new DeadLetters(clock);
		this.undecodable = new UndecodableTasks(results, clock);
	}

	/** What makes the documents of tasks. */
	TaskStates states() {
		return this.states;
	}

	/**
	 * From now on a result that cannot be stored leaves its message unacknowledged: the
	 * backend may merely have been closed.
	 */
	void stopping() {
		this.stopping = true;
	}

	/**
	 * Stores what came of a request, sends what follows, and settles its message.
	 * @param request the request
	 * @param outcome what came of it
	 */
	void complete(TaskRequest request, TaskOutcome outcome) {
		this.prefetch.settling();
		Ending ending;
		try {
			ending = ending(request, outcome);
		}
		catch (CelerySerializationException ex) {
			logger.error("The result of task " + request + ", or what follows it, cannot be serialized", ex);
			ending = failed(request, TaskFailures.notSerializable(ex));
		}
		catch (RuntimeException | Error ex) {
			logger.error("What follows task " + request + " cannot be sent", ex);
			ending = failed(request, TaskFailures.of(ex));
		}
		count(ending.outcome());
		if (ending.stored() == DONE) {
			settle(request, ending);
			return;
		}
		Ending told = ending;
		ending.stored().whenComplete((done, failure) -> {
			if (failure == null) {
				settle(request, told);
			}
			else {
				notStored(request, told, CeleryException.unwrap(failure));
			}
		});
	}

	/**
	 * Completes a task with an outcome that is not its own and interrupts it. Its thread
	 * may go on: it keeps its permit, which is to be given back by
	 * {@link #settleAcknowledged()}.
	 * @param request the request
	 * @param outcome what came of it
	 * @return whether it had not ended before
	 */
	boolean terminate(TaskRequest request, TaskOutcome outcome) {
		return request.interruption().terminate(() -> {
			this.prefetch.borrow();
			complete(request, outcome);
		});
	}

	private Ending ending(TaskRequest request, TaskOutcome outcome) {
		Sequel sequel = sequel(request, outcome);
		sequel.children().forEach(request::addChild);
		CompletionStage<Void> stored = DONE;
		if (isStored(request, outcome)) {
			stored = this.results.store(document(request, outcome));
		}
		for (TaskResult result : this.results.isEnabled() ? sequel.results() : List.<TaskResult>of()) {
			stored = stored.thenCombine(this.results.store(result), (first, second) -> null);
		}
		return new Ending(outcome, sequel, stored);
	}

	private Sequel sequel(TaskRequest request, TaskOutcome outcome) {
		if (outcome instanceof TaskOutcome.Retry retry) {
			return Sequel.pushing(List.of(retry.message()));
		}
		// What runs again has come to no end yet.
		return (outcome instanceof TaskOutcome.Requeued) ? Sequel.NONE : this.followers.of(request, outcome);
	}

	/** The outcome is another one; and if even that cannot be told, nothing follows. */
	private Ending failed(TaskRequest request, TaskOutcome outcome) {
		try {
			return ending(request, outcome);
		}
		catch (RuntimeException | Error ex) {
			logger.error("Nor can the failure of task " + request + " be told to what follows it", ex);
			return new Ending(outcome, Sequel.NONE,
					isStored(request, outcome) ? store(document(request, outcome)) : DONE);
		}
	}

	private boolean isStored(TaskRequest request, TaskOutcome outcome) {
		TaskSettings settings = request.settings();
		return this.results.isEnabled() && !outcome.state().equals(TaskState.PENDING)
				&& ((outcome instanceof Success) ? settings.storesResult() : settings.storesFailure());
	}

	private TaskResult document(TaskRequest request, TaskOutcome outcome) {
		return this.states.document(request, outcome.state(), outcome.result(), outcome.traceback());
	}

	/**
	 * The task has run and must not run again for the sake of its result. A caller shall
	 * at least learn that there is none.
	 */
	private void notStored(TaskRequest request, Ending ending, Throwable failure) {
		if (this.stopping) {
			logger.warn("The result of task " + request + " could not be stored before the end; its message stays"
					+ " unacknowledged", failure);
			this.prefetch.settled();
			return;
		}
		logger.error("The result of task " + request + " could not be stored; state " + ending.outcome().state()
				+ " is lost", failure);
		store(document(request, TaskFailures.notStored(failure))).whenComplete((done, second) -> {
			if (second != null) {
				logger.error("Nor could a FAILURE of task " + request, second);
			}
			settle(request, ending);
		});
	}

	private CompletionStage<Void> store(TaskResult document) {
		try {
			return this.results.store(document);
		}
		catch (RuntimeException | Error ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void settle(TaskRequest request, Ending ending) {
		if (ending.sequel() == Sequel.NONE) {
			settle(request, ending.outcome());
			return;
		}
		messages(ending.sequel()).whenComplete((messages, failure) -> {
			if (failure == null) {
				settle(request, ending.outcome(), messages).thenCompose((sent) -> sent ? ending.sequel().sent() : DONE)
					.whenComplete((done, second) -> {
						if (second != null) {
							logger.debug("The end of task " + request + " could not be noted", second);
						}
					});
			}
			else if (this.stopping || !request.settings().acksLate()) {
				logger.error("What follows task " + request + " could not be sent", CeleryException.unwrap(failure));
				this.prefetch.settled();
			}
			else {
				logger.error("What follows task " + request + " could not be sent; its message goes back to its queue",
						CeleryException.unwrap(failure));
				settled(request.delivery(), request.delivery()::requeue);
			}
		});
	}

	private static CompletionStage<List<KombuMessage>> messages(Sequel sequel) {
		try {
			return sequel.messages();
		}
		catch (RuntimeException | Error ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private CompletionStage<Void> settle(TaskRequest request, TaskOutcome outcome) {
		if (request.isAcknowledged()) {
			this.prefetch.settled();
			return DONE;
		}
		Delivery delivery = request.delivery();
		return settled(delivery, () -> {
			if (outcome instanceof TaskOutcome.Requeued) {
				return delivery.requeue();
			}
			KombuMessage letter = letter(request, outcome);
			return (letter != null) ? delivery.deadLetter(letter) : delivery.ack();
		});
	}

	/** Completes with whether it is known that this has sent the followers. */
	private CompletionStage<Boolean> settle(TaskRequest request, TaskOutcome outcome, List<KombuMessage> followers) {
		if (followers.isEmpty()) {
			return settle(request, outcome).thenApply((done) -> true);
		}
		return settled(request.delivery(),
				() -> request.isAcknowledged() ? this.followers.publish(followers).thenApply((done) -> true)
						: pushed(request.delivery(), letter(request, outcome), followers));
	}

	private @Nullable KombuMessage letter(TaskRequest request, TaskOutcome outcome) {
		KombuMessage letter = null;
		if (outcome instanceof Refused refused) {
			letter = this.letters.refused(request.delivery(), refused);
		}
		else if (outcome instanceof TaskOutcome.Failure failure && request.settings().rejectsFailures()) {
			letter = this.letters.failed(request.delivery(), failure);
		}
		if (letter != null) {
			this.counters.deadLettered.increment();
		}
		return letter;
	}

	/** If they can never be sent, the dead letters get the message in the end. */
	private CompletionStage<Boolean> pushed(Delivery delivery, @Nullable KombuMessage letter,
			List<KombuMessage> followers) {
		CompletionStage<Boolean> pushed;
		try {
			pushed = (letter != null) ? delivery.deadLetter(letter, followers) : acknowledged(delivery, followers);
		}
		catch (RuntimeException ex) {
			pushed = CompletableFuture.failedFuture(ex);
		}
		return pushed.exceptionallyCompose((failure) -> {
			if (this.stopping) {
				return CompletableFuture.failedFuture(failure);
			}
			logger.error(
					"What follows message " + delivery.tag() + " of queue '" + delivery.queue()
							+ "' could not be sent; it goes "
							+ ((letter != null) ? "to the dead letters" : "back to its queue"),
					CeleryException.unwrap(failure));
			return ((letter != null) ? delivery.deadLetter(letter) : delivery.requeue()).thenApply((done) -> false);
		});
	}

	/** A slot that has nothing else to do goes on with what follows. */
	private CompletionStage<Boolean> acknowledged(Delivery delivery, List<KombuMessage> followers) {
		return this.reserved.isAwaited() ? delivery.ack(followers, this::goOn) : delivery.ack(followers);
	}

	/** The permit is that of the message before, which is about to give it back. */
	private void goOn(Delivery follower) {
		this.prefetch.borrow();
		List<Delivery> taken = List.of(follower);
		if (!this.reserved.add(taken)) {
			release(taken);
		}
	}

	private void count(TaskOutcome outcome) {
		if (outcome instanceof Success) {
			this.counters.succeeded.increment();
		}
		else if (outcome == TaskOutcome.Revoked.EXPIRED) {
			this.counters.expired.increment();
		}
		else if (outcome.state().equals(TaskState.FAILURE) && !(outcome instanceof Refused)) {
			this.counters.failed.increment();
		}
	}

	/**
	 * Settles a message that no task is known for.
	 * @param delivery the message
	 * @param envelope the message decoded, or {@code null} if it could not be
	 * @param exception what is wrong with it
	 */
	void undecodable(Delivery delivery, @Nullable KombuMessage envelope, Throwable exception) {
		this.prefetch.settling();
		this.undecodable.fail(envelope, exception).whenComplete((done, failure) -> {
			if (failure != null && this.stopping) {
				this.prefetch.settled();
				return;
			}
			settled(delivery, () -> {
				this.counters.deadLettered.increment();
				return delivery.deadLetter(this.letters.undecodable(delivery, envelope, exception));
			});
		});
	}

	/**
	 * Settles a message without a result.
	 * @param delivery the message
	 * @param how settles it
	 */
	void settleDirectly(Delivery delivery, Supplier<CompletionStage<Void>> how) {
		this.prefetch.settling();
		settled(delivery, how);
	}

	/**
	 * Gives messages back that nobody began, the last first: each comes to stand before
	 * the one returned before it.
	 * @param deliveries the messages in the order in which they were fetched
	 */
	void release(List<Delivery> deliveries) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			Delivery delivery = deliveries.get(i);
			this.counters.released.increment();
			settleDirectly(delivery, delivery::release);
		}
	}

	/**
	 * Ends a message that was settled before.
	 */
	void settleAcknowledged() {
		this.prefetch.settling();
		this.prefetch.settled();
	}

	private <T> CompletionStage<T> settled(Delivery delivery, Supplier<CompletionStage<T>> how) {
		CompletionStage<T> stage;
		try {
			stage = how.get();
		}
		catch (RuntimeException | Error ex) {
			stage = CompletableFuture.failedFuture(ex);
		}
		return stage.whenComplete((done, failure) -> {
			this.prefetch.settled();
			if (failure != null) {
				logger.warn("Message " + delivery.tag() + " of queue '" + delivery.queue()
						+ "' could not be settled and may be delivered again", CeleryException.unwrap(failure));
			}
		});
	}

	/**
	 * How a task ends.
	 *
	 * @param outcome what came of it
	 * @param sequel what follows
	 * @param stored completes when the result is stored
	 */
	private record Ending(TaskOutcome outcome, Sequel sequel, CompletionStage<Void> stored) {

	}

}
