package io.github.celeryspring.canvas;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * How a task is sent: the options of Celery's {@code apply_async}. What is {@code null}
 * is decided by routes and settings. Immutable.
 *
 * @param taskId the id, or {@code null} for a new UUID
 * @param queue the queue, or {@code null}
 * @param exchange the exchange to publish to, or {@code null} for the queue's
 * @param routingKey the routing key, or {@code null} for the queue's
 * @param priority 0 to 255, 0 the most urgent on Redis, or {@code null} for 0
 * @param eta when to run at the earliest, or {@code null}
 * @param countdown how long to wait from the time of sending, or {@code null}; not
 * together with {@code eta}
 * @param expires when to give up, or {@code null}
 * @param expiresIn how long from the time of sending until giving up, or {@code null};
 * not together with {@code expires}
 * @param ignoreResult whether no result is stored; {@code null} leaves it to the worker
 * @param shadow a name to show instead of the task's, or {@code null}
 * @param softTimeLimit soft time limit, or {@code null}
 * @param timeLimit hard time limit, or {@code null}
 * @param serializer name of the serializer of the arguments, or {@code null} for the
 * default
 * @param compression name of the compression of the arguments, or {@code null} for the
 * default
 * @param replyTo the reply queue of the rpc result backend, or {@code null} for the
 * client's own id
 * @param rootId id of the first task of the workflow, or {@code null}
 * @param parentId id of the sending task, or {@code null}
 * @param groupId id of the group that the task is a member of, or {@code null}
 * @param groupIndex its place in the group, from 0, or {@code null}
 * @param retries how often it was retried before, or {@code null} for 0
 * @param replacedTaskNesting how often it was replaced, or {@code null} for 0
 * @param chord the body of the chord whose header the task is a part of, or {@code
 * null}
 * @param chain what follows in the chain as on the wire, the next one last: signatures,
 * or trees as they were received; or {@code null}
 * @param link called with the result
 * @param linkError called if the task fails
 * @param stamps stamps by name, in order
 * @param headers the caller's own headers, in order
 * @param others further options, which become properties of the message as Celery lets
 * them
 * @since 0.1.0
 */
public record TaskOptions(@Nullable String taskId, @Nullable String queue, @Nullable String exchange,
		@Nullable String routingKey, @Nullable Integer priority, @Nullable Instant eta, @Nullable Duration countdown,
		@Nullable Instant expires, @Nullable Duration expiresIn, @Nullable Boolean ignoreResult,
		@Nullable String shadow, @Nullable Duration softTimeLimit, @Nullable Duration timeLimit,
		@Nullable String serializer, @Nullable String compression, @Nullable String replyTo, @Nullable String rootId,
		@Nullable String parentId, @Nullable String groupId, @Nullable Integer groupIndex, @Nullable Integer retries,
		@Nullable Integer replacedTaskNesting, @Nullable Signature chord, @Nullable List<?> chain, List<Signature> link,
		List<Signature> linkError, Map<String, @Nullable Object> stamps, Map<String, @Nullable Object> headers,
		Map<String, @Nullable Object> others) {

	/** No option set. */
	public static final TaskOptions NONE = new TaskOptionsBuilder().build();

	public TaskOptions {
		link = List.copyOf(link);
		linkError = List.copyOf(linkError);
		stamps = copy(stamps);
		headers = copy(headers);
		others = copy(others);
	}

	private static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> map) {
		return (!map.isEmpty()) ? Collections.unmodifiableMap(new LinkedHashMap<>(map)) : Map.of();
	}

	/**
	 * Starts with no option set.
	 * @return a builder
	 */
	public static TaskOptionsBuilder builder() {
		return new TaskOptionsBuilder();
	}

	/**
	 * A queue and nothing else, as a router says it.
	 * @param queue the name of the queue
	 * @return the options
	 */
	public static TaskOptions toQueue(String queue) {
		return new TaskOptionsBuilder().queue(queue).build();
	}

	TaskOptions with(Consumer<TaskOptionsBuilder> options) {
		TaskOptionsBuilder builder = mutate();
		options.accept(builder);
		return builder.build();
	}

	TaskOptions linked(Signature callback) {
		return this.link.contains(callback) ? this : mutate().link(callback).build();
	}

	TaskOptions linkedError(Signature errback) {
		return this.linkError.contains(errback) ? this : mutate().linkError(errback).build();
	}

	/**
	 * Starts with these options.
	 * @return a builder
	 */
	public TaskOptionsBuilder mutate() {
		return new TaskOptionsBuilder(this);
	}

}
