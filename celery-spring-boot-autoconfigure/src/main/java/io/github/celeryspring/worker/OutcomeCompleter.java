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
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.worker.TaskOutcome.Expired;
import io.github.celeryspring.worker.TaskOutcome.Refused;
import io.github.celeryspring.worker.TaskOutcome.Success;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Brings a message to its end: the result is stored, then the message is settled, then
 * its permit is given back, each after the one before is confirmed. Nothing here blocks;
 * the task thread is free at once. Whoever dies in between leaves the message in Redis,
 * to be run again.
 */
final class OutcomeCompleter {

	private static final Log logger = LogFactory.getLog(OutcomeCompleter.class);

	private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

	private final ResultBackend results;

	private final Prefetch prefetch;

	private final WorkerCounters counters;

	private final DeadLetters letters;

	private final Clock clock;

	private volatile boolean stopping;

	OutcomeCompleter(ResultBackend results, Prefetch prefetch, WorkerCounters counters, Clock clock) {
		this.results = results;
		this.prefetch = prefetch;
		this.counters = counters;
		this.letters = new DeadLetters(clock);
		this.clock = clock;
	}

	/**
	 * From now on a result that cannot be stored leaves its message unacknowledged: the
	 * backend may merely have been closed.
	 */
	void stopping() {
		this.stopping = true;
	}

	/**
	 * Stores state STARTED. The backend keeps the order of what it is given, so nobody
	 * waits for it.
	 * @param request the request
	 * @param meta the process that runs it
	 */
	void started(TaskRequest request, Object meta) {
		if (!this.results.isEnabled()) {
			return;
		}
		TaskHeaders headers = request.message().headers();
		store(new TaskResult(headers.id(), TaskState.STARTED, meta, null, request.children(), null, headers.group(),
				headers.parentId()))
			.whenComplete((stored, failure) -> {
				if (failure != null) {
					logger.debug("State STARTED of task " + request + " could not be stored", failure);
				}
			});
	}

	/**
	 * Stores what came of a request, and settles its message.
	 * @param request the request
	 * @param outcome what came of it
	 */
	void complete(TaskRequest request, TaskOutcome outcome) {
		this.prefetch.settling();
		CompletionStage<Void> stored = DONE;
		if (isStored(request, outcome)) {
			try {
				stored = this.results.store(document(request, outcome));
			}
			catch (CelerySerializationException ex) {
				outcome = TaskFailures.notSerializable(ex);
				logger.error("The result of task " + request + " cannot be serialized", ex);
				stored = store(document(request, outcome));
			}
			catch (RuntimeException | Error ex) {
				stored = CompletableFuture.failedFuture(ex);
			}
		}
		count(outcome);
		if (stored == DONE) {
			settle(request, outcome);
			return;
		}
		TaskOutcome told = outcome;
		stored.whenComplete((done, failure) -> {
			if (failure == null) {
				settle(request, told);
			}
			else {
				notStored(request, told, CeleryException.unwrap(failure));
			}
		});
	}

	private boolean isStored(TaskRequest request, TaskOutcome outcome) {
		TaskSettings settings = request.settings();
		return this.results.isEnabled()
				&& ((outcome instanceof Success) ? settings.storesResult() : settings.storesFailure());
	}

	private TaskResult document(TaskRequest request, TaskOutcome outcome) {
		TaskHeaders headers = request.message().headers();
		return new TaskResult(headers.id(), outcome.state(), outcome.result(), outcome.traceback(), request.children(),
				this.clock.instant(), headers.group(), headers.parentId());
	}

	/**
	 * The task has run and must not run again for the sake of its result. A caller shall
	 * at least learn that there is none.
	 */
	private void notStored(TaskRequest request, TaskOutcome outcome, Throwable failure) {
		if (this.stopping) {
			logger.warn("The result of task " + request + " could not be stored before the end; its message stays"
					+ " unacknowledged", failure);
			this.prefetch.settled();
			return;
		}
		logger.error("The result of task " + request + " could not be stored; state " + outcome.state() + " is lost",
				failure);
		store(document(request, TaskFailures.notStored(failure))).whenComplete((done, second) -> {
			if (second != null) {
				logger.error("Nor could a FAILURE of task " + request, second);
			}
			settle(request, outcome);
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

	private void settle(TaskRequest request, TaskOutcome outcome) {
		Delivery delivery = request.delivery();
		if (outcome instanceof Refused refused) {
			settled(delivery, () -> deadLetter(delivery, this.letters.refused(delivery, refused)));
		}
		else if (request.settings().acksLate() || outcome instanceof Expired) {
			settled(delivery, delivery::ack);
		}
		else {
			this.prefetch.settled();
		}
	}

	private void count(TaskOutcome outcome) {
		if (outcome instanceof Success) {
			this.counters.succeeded.increment();
		}
		else if (outcome instanceof Expired) {
			this.counters.expired.increment();
		}
		else if (outcome instanceof TaskOutcome.Failure) {
			this.counters.failed.increment();
		}
	}

	/**
	 * Settles a message that no task is known for. Celery stores nothing for it; here its
	 * caller, if the envelope tells the id, does not wait for ever.
	 * @param delivery the message
	 * @param envelope the message decoded, or {@code null} if it could not be
	 * @param exception what is wrong with it
	 */
	void undecodable(Delivery delivery, @Nullable KombuMessage envelope, Throwable exception) {
		this.prefetch.settling();
		TaskResult document = (envelope != null) ? UndecodableTasks.result(envelope, exception, this.clock) : null;
		CompletionStage<Void> stored = (document != null && this.results.isEnabled()) ? store(document) : DONE;
		stored.whenComplete((done, failure) -> {
			if (failure != null && this.stopping) {
				this.prefetch.settled();
				return;
			}
			settled(delivery, () -> deadLetter(delivery, this.letters.undecodable(delivery, envelope, exception)));
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
	 * Ends a message that was acknowledged before.
	 */
	void settleAcknowledged() {
		this.prefetch.settling();
		this.prefetch.settled();
	}

	private void settled(Delivery delivery, Supplier<CompletionStage<Void>> how) {
		CompletionStage<Void> stage;
		try {
			stage = how.get();
		}
		catch (RuntimeException | Error ex) {
			stage = CompletableFuture.failedFuture(ex);
		}
		stage.whenComplete((done, failure) -> {
			this.prefetch.settled();
			if (failure != null) {
				logger.warn("Message " + delivery.tag() + " of queue '" + delivery.queue()
						+ "' could not be settled and may be delivered again", CeleryException.unwrap(failure));
			}
		});
	}

	private CompletionStage<Void> deadLetter(Delivery delivery, KombuMessage letter) {
		this.counters.deadLettered.increment();
		return delivery.deadLetter(letter);
	}

}
