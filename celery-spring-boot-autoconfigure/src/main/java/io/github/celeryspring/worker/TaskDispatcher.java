package io.github.celeryspring.worker;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.DeadLetterPolicy;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.worker.TaskOutcome.Refused;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to a message: it is run, parked until it is due, or put aside.
 * Counterpart of {@code celery.worker.strategy} and {@code celery.worker.consumer}.
 */
final class TaskDispatcher {

	private static final Log logger = LogFactory.getLog(TaskDispatcher.class);

	private final TaskRegistry registry;

	private final BuiltInTasks builtIn;

	private final TaskMessageCodec messages;

	private final WorkerOptions options;

	private final TaskExecution execution;

	private final TaskStates states;

	private final DeliveryLimit limit;

	private final RateLimiter rates;

	private final FinishedTasks finished;

	private final ChordAdditions additions;

	private final OutcomeCompleter completer;

	private final WorkerState state;

	private final String fate;

	private final Clock clock = Clock.systemUTC();

	TaskDispatcher(WorkerParts parts, BuiltInTasks builtIn, WorkerOptions options, WorkerState state,
			OutcomeCompleter completer, RateLimiter rates, TimeLimitWatch watch) {
		this.registry = parts.registry();
		this.builtIn = builtIn;
		this.messages = parts.codec();
		this.finished = new FinishedTasks(parts.results(), options.deduplicateSuccessfulTasks());
		this.additions = new ChordAdditions(parts.canvas(), parts.results());
		this.options = options;
		this.states = completer.states();
		this.execution = new TaskExecution(completer, this.states, watch, parts.codec());
		DeadLetterPolicy policy = parts.transport().deadLetters().policy();
		this.limit = new DeliveryLimit(options, policy);
		this.rates = rates;
		this.completer = completer;
		this.state = state;
		this.fate = policy.enabled() ? "goes to its dead-letter queue" : "is dropped";
	}

	/**
	 * Handles a message to its end, or to the point from which Redis goes on with it.
	 * @param delivery the message
	 * @param slot where it runs
	 */
	void dispatch(Delivery delivery, TaskLoop slot) {
		KombuMessage envelope = null;
		TaskMessage message;
		try {
			envelope = delivery.message();
			message = this.messages.decode(requireWhole(envelope));
		}
		catch (Exception | StackOverflowError ex) {
			undecodable(delivery, envelope, ex);
			return;
		}
		dispatch(delivery, message, envelope, slot);
	}

	private static KombuMessage requireWhole(KombuMessage envelope) {
		if (DeadLetterHeaders.isWrapped(envelope)) {
			throw new InvalidMessageException("What was in the queue is not a message of kombu");
		}
		return envelope;
	}

	private void dispatch(Delivery delivery, TaskMessage message, KombuMessage envelope, TaskLoop slot) {
		TaskHeaders headers = message.headers();
		TaskDefinition definition = definition(headers.task());
		if (definition == null) {
			refuse(request(delivery, message, TaskSettings.REFUSED), unknown(headers.task(), envelope));
			return;
		}
		TaskRequest request = request(delivery, message,
				TaskSettings.of(headers, definition, this.options, this.state.limits()));
		if (this.finished.mayBe(request)) {
			slot.run(request, () -> runUnlessFinished(request, envelope, definition));
		}
		else if (!putAside(request, definition)) {
			slot.run(request, () -> run(request, envelope, definition));
		}
	}

	private TaskRequest request(Delivery delivery, TaskMessage message, TaskSettings settings) {
		return new TaskRequest(delivery, message, settings, this.states);
	}

	private @Nullable TaskDefinition definition(String task) {
		TaskDefinition definition = this.registry.find(task);
		return (definition != null) ? definition : this.builtIn.find(task);
	}

	/** What follows a task that has succeeded is sent, even if it was revoked since. */
	private void runUnlessFinished(TaskRequest request, KombuMessage envelope, TaskDefinition definition) {
		TaskOutcome success = this.finished.find(request);
		if (success != null) {
			unlessTooOften(request, envelope, () -> {
				if (request.interruption().end()) {
					this.completer.complete(request, success);
				}
			});
		}
		else if (!request.interruption().isOver() && !putAside(request, definition)) {
			run(request, envelope, definition);
		}
	}

	private boolean putAside(TaskRequest request, TaskDefinition definition) {
		TaskHeaders headers = request.message().headers();
		Consumer<TaskRequest> how;
		if (isExpired(headers)) {
			how = this::expire;
		}
		else if (this.state.revoked().contains(headers)) {
			how = this::revoke;
		}
		else if (headers.eta() != null && this.clock.instant().isBefore(headers.eta())) {
			how = this::park;
		}
		else if (!this.rates.admits(definition)) {
			how = (tooEarly) -> this.rates.defer(tooEarly.delivery(), definition);
		}
		else {
			return false;
		}
		if (request.interruption().end()) {
			how.accept(request);
		}
		return true;
	}

	private void run(TaskRequest request, KombuMessage envelope, TaskDefinition definition) {
		unlessTooOften(request, envelope, () -> begin(request, definition));
	}

	private void unlessTooOften(TaskRequest request, KombuMessage envelope, Runnable action) {
		int deliveries = this.limit.exceeded(request);
		if (deliveries == 0) {
			// Counting takes time, in which a stop may have given the message back.
			if (!request.interruption().isOver()) {
				action.run();
			}
		}
		else if (request.interruption().end()) {
			refuse(request, begunTooOften(deliveries, envelope));
		}
	}

	/**
	 * Asks once more: who revokes a task before this finds it here, and who terminates it
	 * later finds it in its slot.
	 */
	private void begin(TaskRequest request, TaskDefinition definition) {
		if (!this.state.revoked().contains(request.message().headers())) {
			this.state.counters().begun(request.taskName());
			request.begin(this.additions);
			this.execution.execute(request, definition);
		}
		else if (request.interruption().end()) {
			revoke(request);
		}
	}

	private void undecodable(Delivery delivery, @Nullable KombuMessage envelope, Throwable ex) {
		TaskMessage readable = (envelope != null) ? UndecodableTasks.readable(envelope, this.messages) : null;
		if (envelope != null && readable != null && !readable.body().embed().isEmpty()) {
			refuse(request(delivery, readable, TaskSettings.REFUSED), new Refused(UndecodableTasks.failure(ex),
					"The message cannot be decoded (" + ex.getMessage() + ")", envelope, 1));
			return;
		}
		logger.error("Message " + delivery.tag() + " of queue '" + delivery.queue() + "' cannot be decoded and "
				+ this.fate + ": " + ex + ": " + DeadLetters.excerpt(delivery, envelope));
		this.completer.undecodable(delivery, envelope, ex);
	}

	private void refuse(TaskRequest request, Refused refused) {
		logger.error(refused.reason() + ": task " + request + ", message " + request.delivery().tag() + " of queue '"
				+ request.queue() + "', " + this.fate + ": "
				+ DeadLetters.excerpt(request.delivery(), refused.envelope()));
		this.completer.complete(request, refused);
	}

	private static Refused unknown(String task, KombuMessage envelope) {
		return new Refused(TaskFailure.ofCelery("NotRegistered", task),
				"No task is registered under the name '" + task + "'", envelope, 1);
	}

	/** What Celery stores when the process that runs a task dies of it. */
	private static Refused begunTooOften(int deliveries, KombuMessage envelope) {
		String reason = "Begun " + (deliveries - 1) + " times and never finished";
		return new Refused(new TaskFailure("WorkerLostError", List.of(reason), "billiard.exceptions"), reason, envelope,
				deliveries);
	}

	private boolean isExpired(TaskHeaders headers) {
		return headers.expires() != null && this.clock.instant().isAfter(headers.expires());
	}

	private void expire(TaskRequest request) {
		logger.info("Task " + request + " is discarded: it expired at " + request.message().headers().expires());
		this.completer.complete(request, TaskOutcome.Revoked.EXPIRED);
	}

	private void revoke(TaskRequest request) {
		logger.info("Task " + request + " is discarded: it was revoked");
		this.completer.complete(request, TaskOutcome.Revoked.REVOKED);
	}

	private void park(TaskRequest request) {
		Delivery delivery = request.delivery();
		this.state.counters().parked.increment();
		Instant due = Objects.requireNonNull(request.message().headers().eta());
		this.completer.settleDirectly(delivery, () -> delivery.park(due));
	}

}
