package io.github.celeryspring.canvas;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How a task is sent: the options of Celery's {@code apply_async}. What is {@code null}
 * is decided by routes and settings. Immutable.
 *
 * @param taskId the id, or {@code null} for a new UUID
 * @param queue the queue, or {@code null}
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
 * @param replyTo the reply queue of the rpc result backend, or {@code null} for the
 * client's own id
 * @param rootId id of the first task of the workflow, or {@code null}
 * @param parentId id of the sending task, or {@code null}
 * @param headers the caller's own headers, in order
 * @since 0.1.0
 */
public record TaskOptions(@Nullable String taskId, @Nullable String queue, @Nullable Integer priority,
		@Nullable Instant eta, @Nullable Duration countdown, @Nullable Instant expires, @Nullable Duration expiresIn,
		@Nullable Boolean ignoreResult, @Nullable String shadow, @Nullable Duration softTimeLimit,
		@Nullable Duration timeLimit, @Nullable String replyTo, @Nullable String rootId, @Nullable String parentId,
		Map<String, @Nullable Object> headers) {

	/** No option set. */
	public static final TaskOptions NONE = new Builder().build();

	public TaskOptions {
		headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
	}

	/**
	 * Starts with no option set.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
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

		private @Nullable Integer priority;

		private @Nullable Instant eta;

		private @Nullable Duration countdown;

		private @Nullable Instant expires;

		private @Nullable Duration expiresIn;

		private @Nullable Boolean ignoreResult;

		private @Nullable String shadow;

		private @Nullable Duration softTimeLimit;

		private @Nullable Duration timeLimit;

		private @Nullable String replyTo;

		private @Nullable String rootId;

		private @Nullable String parentId;

		private final Map<String, @Nullable Object> headers = new LinkedHashMap<>();

		Builder() {
		}

		Builder(TaskOptions options) {
			this.taskId = options.taskId;
			this.queue = options.queue;
			this.priority = options.priority;
			this.eta = options.eta;
			this.countdown = options.countdown;
			this.expires = options.expires;
			this.expiresIn = options.expiresIn;
			this.ignoreResult = options.ignoreResult;
			this.shadow = options.shadow;
			this.softTimeLimit = options.softTimeLimit;
			this.timeLimit = options.timeLimit;
			this.replyTo = options.replyTo;
			this.rootId = options.rootId;
			this.parentId = options.parentId;
			this.headers.putAll(options.headers);
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
		 * Builds the options.
		 * @return the options
		 */
		public TaskOptions build() {
			return new TaskOptions(this.taskId, this.queue, this.priority, this.eta, this.countdown, this.expires,
					this.expiresIn, this.ignoreResult, this.shadow, this.softTimeLimit, this.timeLimit, this.replyTo,
					this.rootId, this.parentId, this.headers);
		}

	}

}
