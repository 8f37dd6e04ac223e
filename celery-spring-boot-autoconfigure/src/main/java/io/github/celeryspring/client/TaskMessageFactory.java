package io.github.celeryspring.client;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
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

	/** What Celery's sender takes for itself; all other options become properties. */
	private static final Set<String> OF_SENDER = Set.of("add_to_parent", "confirm_timeout", "connection", "declare",
			"delivery_mode", "exchange_type", "producer", "publisher", "result_cls", "retry", "retry_policy",
			"route_name", "router", "task_type", "timeout", "use_link");

	private final TaskRouting routing;

	private final @Nullable Boolean ignoreResult;

	private final boolean inheritPriority;

	private final Clock clock;

	TaskMessageFactory(TaskRouting routing, @Nullable Boolean ignoreResult, boolean inheritPriority, Clock clock) {
		this.routing = routing;
		this.inheritPriority = inheritPriority;
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
		return create(signature, sender, signature.options().chord());
	}

	/**
	 * Makes a message.
	 * @param signature what to send
	 * @param sender the task that sends it, or {@code null}
	 * @param chord the body of the chord in the options, in any form that the serializer
	 * can write
	 * @return the message
	 * @throws InvalidMessageException if options contradict each other
	 */
	TaskMessage create(TaskSignature signature, @Nullable TaskContext sender, @Nullable Object chord) {
		TaskOptions options = this.routing.options(signature);
		checkTimeLimits(signature, options);
		String id = (options.taskId() != null) ? options.taskId() : TaskIds.next();
		Instant now = this.clock.instant();
		Instant eta = time(signature, "eta", options.eta(), "countdown", notNegative(options.countdown()), now);
		Instant expires = time(signature, "expires", options.expires(), "expiresIn", options.expiresIn(), now);
		Boolean ignore = (options.ignoreResult() != null) ? options.ignoreResult() : this.ignoreResult;
		TaskHeaders headers = new TaskHeaders(null, signature.task(), id, options.shadow(), eta, expires,
				options.groupId(), options.groupIndex(), orZero(options.retries()), seconds(options.timeLimit()),
				seconds(options.softTimeLimit()), rootId(options, sender), parentId(options, sender), null, null, null,
				ignore, orZero(options.replacedTaskNesting()), stampedHeaders(options), options.stamps(),
				options.headers());
		TaskBody body = new TaskBody(signature.args(), signature.kwargs(), embed(options, chord));
		return new TaskMessage(headers, body, this.routing.destination(signature.task(), options),
				priority(options, sender), options.replyTo(), options.serializer(), options.compression(),
				properties(options));
	}

	private static Map<String, @Nullable Object> properties(TaskOptions options) {
		if (options.others().isEmpty()) {
			return options.others();
		}
		Map<String, @Nullable Object> properties = new LinkedHashMap<>(options.others());
		properties.keySet().removeAll(OF_SENDER);
		return properties;
	}

	private static TaskEmbed embed(TaskOptions options, @Nullable Object chord) {
		if (chord == null && options.chain() == null && options.link().isEmpty() && options.linkError().isEmpty()) {
			return TaskEmbed.NONE;
		}
		return new TaskEmbed(orNull(options.link()), orNull(options.linkError()), options.chain(), chord);
	}

	private static @Nullable List<?> orNull(List<?> signatures) {
		return (!signatures.isEmpty()) ? signatures : null;
	}

	private static @Nullable List<String> stampedHeaders(TaskOptions options) {
		return (!options.stamps().isEmpty()) ? List.copyOf(options.stamps().keySet()) : null;
	}

	private static void checkTimeLimits(TaskSignature signature, TaskOptions options) {
		Duration soft = options.softTimeLimit();
		Duration hard = options.timeLimit();
		if (soft != null && hard != null && !hard.isZero() && soft.compareTo(hard) > 0) {
			throw new InvalidMessageException(
					"Task '" + signature.task() + "': soft_time_limit must be less than or equal to time_limit");
		}
	}

	private int priority(TaskOptions options, @Nullable TaskContext sender) {
		return (options.priority() == null && this.inheritPriority && sender != null) ? sender.priority()
				: orZero(options.priority());
	}

	private static int orZero(@Nullable Integer number) {
		return (number != null) ? number : 0;
	}

	private static @Nullable String rootId(TaskOptions options, @Nullable TaskContext sender) {
		return (options.rootId() != null || sender == null) ? options.rootId() : sender.rootId();
	}

	private static @Nullable String parentId(TaskOptions options, @Nullable TaskContext sender) {
		return (options.parentId() != null || sender == null) ? options.parentId() : sender.id();
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
