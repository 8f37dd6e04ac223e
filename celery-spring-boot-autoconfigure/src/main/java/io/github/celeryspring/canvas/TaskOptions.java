package io.github.celeryspring.canvas;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
	public static final TaskOptions NONE = new Builder().build();

	public TaskOptions {
		link = List.copyOf(link);
		linkError = List.copyOf(linkError);
		stamps = Collections.unmodifiableMap(new LinkedHashMap<>(stamps));
		headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
		others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
	}

	/**
	 * Starts with no option set.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * A queue and nothing else, as a router says it.
	 * @param queue the name of the queue
	 * @return the options
	 */
	public static TaskOptions toQueue(String queue) {
		return new Builder().queue(queue).build();
	}

	/**
	 * Starts with these options.
	 * @return a builder
	 */
	public Builder mutate() {
		return new Builder(this);
	}

	/**
	 * Builds {@link TaskOptions}. Not thread-safe.
	 */
	public static final class Builder {

		private @Nullable String taskId;

		private @Nullable String queue;

		private @Nullable String exchange;

		private @Nullable String routingKey;

		private @Nullable Integer priority;

		private @Nullable Instant eta;

		private @Nullable Duration countdown;

		private @Nullable Instant expires;

		private @Nullable Duration expiresIn;

		private @Nullable Boolean ignoreResult;

		private @Nullable String shadow;

		private @Nullable Duration softTimeLimit;

		private @Nullable Duration timeLimit;

		private @Nullable String serializer;

		private @Nullable String compression;

		private @Nullable String replyTo;

		private @Nullable String rootId;

		private @Nullable String parentId;

		private @Nullable String groupId;

		private @Nullable Integer groupIndex;

		private @Nullable Integer retries;

		private @Nullable Integer replacedTaskNesting;

		private @Nullable Signature chord;

		private @Nullable List<?> chain;

		private final List<Signature> link = new ArrayList<>();

		private final List<Signature> linkError = new ArrayList<>();

		private final Map<String, @Nullable Object> stamps = new LinkedHashMap<>();

		private final Map<String, @Nullable Object> headers = new LinkedHashMap<>();

		private final Map<String, @Nullable Object> others = new LinkedHashMap<>();

		Builder() {
		}

		Builder(TaskOptions options) {
			this.taskId = options.taskId;
			this.queue = options.queue;
			this.exchange = options.exchange;
			this.routingKey = options.routingKey;
			this.priority = options.priority;
			this.eta = options.eta;
			this.countdown = options.countdown;
			this.expires = options.expires;
			this.expiresIn = options.expiresIn;
			this.ignoreResult = options.ignoreResult;
			this.shadow = options.shadow;
			this.softTimeLimit = options.softTimeLimit;
			this.timeLimit = options.timeLimit;
			this.serializer = options.serializer;
			this.compression = options.compression;
			this.replyTo = options.replyTo;
			this.rootId = options.rootId;
			this.parentId = options.parentId;
			this.groupId = options.groupId;
			this.groupIndex = options.groupIndex;
			this.retries = options.retries;
			this.replacedTaskNesting = options.replacedTaskNesting;
			this.chord = options.chord;
			this.chain = options.chain;
			this.link.addAll(options.link);
			this.linkError.addAll(options.linkError);
			this.stamps.putAll(options.stamps);
			this.headers.putAll(options.headers);
			this.others.putAll(options.others);
		}

		/**
		 * Sets the id of the task.
		 * @param taskId the id, unique in the result backend
		 * @return this
		 */
		public Builder taskId(String taskId) {
			this.taskId = taskId;
			return this;
		}

		/**
		 * Sets the queue.
		 * @param queue the name of the queue
		 * @return this
		 */
		public Builder queue(String queue) {
			this.queue = queue;
			return this;
		}

		/**
		 * Sets the priority.
		 * @param priority 0 to 255; 0 is the most urgent on Redis
		 * @return this
		 */
		public Builder priority(int priority) {
			this.priority = priority;
			return this;
		}

		/**
		 * Runs it at a time, not before.
		 * @param eta the time
		 * @return this
		 */
		public Builder eta(Instant eta) {
			this.eta = eta;
			return this;
		}

		/**
		 * Runs it after a while.
		 * @param countdown from the time of sending
		 * @return this
		 */
		public Builder countdown(Duration countdown) {
			this.countdown = countdown;
			return this;
		}

		/**
		 * Gives up at a time: a task not begun by then is revoked.
		 * @param expires the time
		 * @return this
		 */
		public Builder expires(Instant expires) {
			this.expires = expires;
			return this;
		}

		/**
		 * Gives up after a while: a task not begun by then is revoked.
		 * @param expiresIn from the time of sending
		 * @return this
		 */
		public Builder expires(Duration expiresIn) {
			this.expiresIn = expiresIn;
			return this;
		}

		/**
		 * Says whether the result is stored, whatever the worker's own setting is.
		 * @param ignoreResult whether not
		 * @return this
		 */
		public Builder ignoreResult(boolean ignoreResult) {
			this.ignoreResult = ignoreResult;
			return this;
		}

		/**
		 * Shows another name in logs and monitors.
		 * @param shadow the name
		 * @return this
		 */
		public Builder shadow(String shadow) {
			this.shadow = shadow;
			return this;
		}

		/**
		 * Sets the soft time limit.
		 * @param limit the limit
		 * @return this
		 */
		public Builder softTimeLimit(Duration limit) {
			this.softTimeLimit = limit;
			return this;
		}

		/**
		 * Sets the hard time limit.
		 * @param limit the limit
		 * @return this
		 */
		public Builder timeLimit(Duration limit) {
			this.timeLimit = limit;
			return this;
		}

		/**
		 * Sets the reply queue.
		 * @param replyTo the name
		 * @return this
		 */
		public Builder replyTo(String replyTo) {
			this.replyTo = replyTo;
			return this;
		}

		/**
		 * Sets the id of the workflow.
		 * @param rootId id of its first task
		 * @return this
		 */
		public Builder rootId(@Nullable String rootId) {
			this.rootId = rootId;
			return this;
		}

		/**
		 * Sets the id of the sender.
		 * @param parentId id of the sending task
		 * @return this
		 */
		public Builder parentId(@Nullable String parentId) {
			this.parentId = parentId;
			return this;
		}

		/**
		 * Adds a header of the caller's own.
		 * @param name its name; none of the protocol's
		 * @param value its value
		 * @return this
		 */
		public Builder header(String name, @Nullable Object value) {
			this.headers.put(name, value);
			return this;
		}

		/**
		 * Sets the exchange.
		 * @param exchange its name; empty for the default exchange
		 * @return this
		 */
		public Builder exchange(@Nullable String exchange) {
			this.exchange = exchange;
			return this;
		}

		/**
		 * Sets the routing key.
		 * @param routingKey the key
		 * @return this
		 */
		public Builder routingKey(@Nullable String routingKey) {
			this.routingKey = routingKey;
			return this;
		}

		/**
		 * Sets the serializer of the arguments.
		 * @param serializer its name, such as {@code json}
		 * @return this
		 */
		public Builder serializer(@Nullable String serializer) {
			this.serializer = serializer;
			return this;
		}

		/**
		 * Sets the compression of the arguments.
		 * @param compression its name, such as {@code gzip}
		 * @return this
		 */
		public Builder compression(@Nullable String compression) {
			this.compression = compression;
			return this;
		}

		/**
		 * Makes it a member of a group.
		 * @param groupId the id of the group
		 * @param groupIndex its place, from 0
		 * @return this
		 */
		public Builder group(@Nullable String groupId, @Nullable Integer groupIndex) {
			this.groupId = groupId;
			this.groupIndex = groupIndex;
			return this;
		}

		/**
		 * Says how often it was retried before.
		 * @param retries from 0
		 * @return this
		 */
		public Builder retries(@Nullable Integer retries) {
			this.retries = retries;
			return this;
		}

		/**
		 * Says how often it was replaced.
		 * @param nesting from 0
		 * @return this
		 */
		public Builder replacedTaskNesting(@Nullable Integer nesting) {
			this.replacedTaskNesting = nesting;
			return this;
		}

		/**
		 * Makes it a part of the header of a chord.
		 * @param body the body of the chord
		 * @return this
		 */
		public Builder chord(@Nullable Signature body) {
			this.chord = body;
			return this;
		}

		/**
		 * Sets what follows in the chain.
		 * @param chain as on the wire, the next one last
		 * @return this
		 */
		public Builder chain(@Nullable List<?> chain) {
			this.chain = chain;
			return this;
		}

		/**
		 * Adds a callback.
		 * @param callback called with the result
		 * @return this
		 */
		public Builder link(Signature callback) {
			this.link.add(callback);
			return this;
		}

		/**
		 * Adds an errback.
		 * @param errback called if the task fails
		 * @return this
		 */
		public Builder linkError(Signature errback) {
			this.linkError.add(errback);
			return this;
		}

		/**
		 * Adds a stamp.
		 * @param name its name
		 * @param value its value
		 * @return this
		 */
		public Builder stamp(String name, @Nullable Object value) {
			this.stamps.put(name, value);
			return this;
		}

		/**
		 * Adds an option that has no name here.
		 * @param name its name
		 * @param value its value
		 * @return this
		 */
		public Builder other(String name, @Nullable Object value) {
			this.others.put(name, value);
			return this;
		}

		/**
		 * Builds the options.
		 * @return the options
		 */
		public TaskOptions build() {
			return new TaskOptions(this.taskId, this.queue, this.exchange, this.routingKey, this.priority, this.eta,
					this.countdown, this.expires, this.expiresIn, this.ignoreResult, this.shadow, this.softTimeLimit,
					this.timeLimit, this.serializer, this.compression, this.replyTo, this.rootId, this.parentId,
					this.groupId, this.groupIndex, this.retries, this.replacedTaskNesting, this.chord, this.chain,
					this.link, this.linkError, this.stamps, this.headers, this.others);
		}

	}

}
