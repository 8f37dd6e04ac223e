package io.github.celeryspring.client;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.protocol.TaskIds;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of signatures: fills in what the sender left open. Counterpart of
 * {@code celery.app.base.Celery.send_task} and {@code celery.app.amqp.AMQP.as_task_v2}.
 */
final class TaskMessageFactory {

	private final String defaultQueue;

	private final List<TaskRouter> routers;

	private final @Nullable Boolean ignoreResult;

	private final Clock clock;

	TaskMessageFactory(String defaultQueue, List<TaskRouter> routers, @Nullable Boolean ignoreResult, Clock clock) {
		this.defaultQueue = defaultQueue;
		this.routers = List.copyOf(routers);
		this.ignoreResult = ignoreResult;
		this.clock = clock;
	}

	/**
	 * Makes a message.
	 * @param signature what to send
	 * @param sender the task that sends it, or {@code null}
	 * @return the message
	 * @throws InvalidMessageException if options contradict each other
	 */
	TaskMessage create(TaskSignature signature, @Nullable TaskContext sender) {
		TaskOptions options = signature.options();
		String id = (options.taskId() != null) ? options.taskId() : TaskIds.next();
		Instant now = this.clock.instant();
		Instant eta = time(signature, "eta", options.eta(), "countdown", notNegative(options.countdown()), now);
		Instant expires = time(signature, "expires", options.expires(), "expiresIn", options.expiresIn(), now);
		Boolean ignore = (options.ignoreResult() != null) ? options.ignoreResult() : this.ignoreResult;
		TaskHeaders headers = new TaskHeaders(null, signature.task(), id, options.shadow(), eta, expires, null, null, 0,
				seconds(options.timeLimit()), seconds(options.softTimeLimit()), rootId(options, sender),
				parentId(options, sender), null, null, null, ignore, 0, null, Map.of(), options.headers());
		TaskBody body = new TaskBody(signature.args(), signature.kwargs(), TaskEmbed.NONE);
		int priority = (options.priority() != null) ? options.priority() : 0;
		return new TaskMessage(headers, body, DeliveryInfo.toQueue(queue(signature)), priority, options.replyTo(),
				options.serializer(), options.compression(), Map.of());
	}

	private static @Nullable String rootId(TaskOptions options, @Nullable TaskContext sender) {
		return (options.rootId() != null || sender == null) ? options.rootId() : sender.rootId();
	}

	private static @Nullable String parentId(TaskOptions options, @Nullable TaskContext sender) {
		return (options.parentId() != null || sender == null) ? options.parentId() : sender.id();
	}

	private String queue(TaskSignature signature) {
		String queue = signature.options().queue();
		for (int i = 0; queue == null && i < this.routers.size(); i++) {
			queue = this.routers.get(i).route(signature);
		}
		if (queue != null && queue.isBlank()) {
			throw new InvalidMessageException("The queue of task '" + signature.task() + "' is blank");
		}
		return (queue != null) ? queue : this.defaultQueue;
	}

	private static @Nullable Duration notNegative(@Nullable Duration countdown) {
		return (countdown != null && countdown.isNegative()) ? Duration.ZERO : countdown;
	}

	private static @Nullable Instant time(TaskSignature signature, String timeName, @Nullable Instant time,
			String delayName, @Nullable Duration delay, Instant now) {
		if (time != null && delay != null) {
			throw new InvalidMessageException(
					"Task '" + signature.task() + "' has both " + timeName + " and " + delayName);
		}
		try {
			return (delay != null) ? now.plus(delay) : time;
		}
		catch (DateTimeException | ArithmeticException ex) {
			throw new InvalidMessageException("The " + delayName + " of task '" + signature.task() + "' is too long",
					ex);
		}
	}

	private static @Nullable Double seconds(@Nullable Duration limit) {
		return (limit != null) ? limit.toNanos() / 1e9 : null;
	}

}
