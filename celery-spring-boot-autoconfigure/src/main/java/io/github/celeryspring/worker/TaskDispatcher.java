package io.github.celeryspring.worker;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.worker.TaskOutcome.Expired;
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

	private final KombuMessageCodec envelopes = new KombuMessageCodec();

	private final TaskMessageCodec messages;

	private final WorkerOptions options;

	private final TaskExecution execution;

	private final OutcomeCompleter completer;

	private final WorkerCounters counters;

	private final Clock clock = Clock.systemUTC();

	TaskDispatcher(TaskRegistry registry, TaskMessageCodec messages, WorkerOptions options, OutcomeCompleter completer,
			WorkerCounters counters) {
		this.registry = registry;
		this.messages = messages;
		this.options = options;
		this.execution = new TaskExecution(completer, options);
		this.completer = completer;
		this.counters = counters;
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
			envelope = this.envelopes.decode(delivery.payload());
			message = this.messages.decode(envelope);
		}
		catch (Exception | StackOverflowError ex) {
			undecodable(delivery, envelope, ex);
			return;
		}
		TaskHeaders headers = message.headers();
		TaskDefinition definition = this.registry.find(headers.task());
		if (definition == null) {
			refuse(delivery, message, new Refused(TaskFailure.ofCelery("NotRegistered", headers.task()),
					"No task is registered under the name '" + headers.task() + "'", envelope));
		}
		else if (!message.body().embed().isEmpty()) {
			refuse(delivery, message, canvas(envelope));
		}
		else if (isExpired(headers)) {
			expire(new TaskRequest(delivery, message, TaskSettings.of(headers, definition, this.options)));
		}
		else if (headers.eta() != null && this.clock.instant().isBefore(headers.eta())) {
			park(delivery, headers.eta());
		}
		else {
			TaskRequest request = new TaskRequest(delivery, message,
					TaskSettings.of(headers, definition, this.options));
			slot.run(request, () -> this.execution.execute(request, definition.handler()));
		}
	}

	private void undecodable(Delivery delivery, @Nullable KombuMessage envelope, Throwable ex) {
		logger.error("Message " + delivery.tag() + " of queue '" + delivery.queue()
				+ "' cannot be decoded and goes to its dead-letter queue: " + ex + ": "
				+ DeadLetters.excerpt(delivery));
		this.completer.undecodable(delivery, envelope, ex);
	}

	private void refuse(Delivery delivery, TaskMessage message, Refused refused) {
		logger.error(refused.reason() + ": message " + delivery.tag() + " of queue '" + delivery.queue()
				+ "' goes to its dead-letter queue: " + DeadLetters.excerpt(delivery));
		this.completer.complete(new TaskRequest(delivery, message, TaskSettings.REFUSED), refused);
	}

	private static Refused canvas(KombuMessage envelope) {
		String reason = "Callbacks, errbacks, chains and chords are not supported yet";
		return new Refused(new TaskFailure("NotImplementedError", List.of(reason), "builtins"), reason, envelope);
	}

	private boolean isExpired(TaskHeaders headers) {
		return headers.expires() != null && this.clock.instant().isAfter(headers.expires());
	}

	private void expire(TaskRequest request) {
		logger.info("Task " + request + " is discarded: it expired at " + request.message().headers().expires());
		this.completer.complete(request, new Expired());
	}

	private void park(Delivery delivery, Instant due) {
		this.counters.parked.increment();
		this.completer.settleDirectly(delivery, () -> delivery.park(due));
	}

}
