package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.List;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.DeadLetterPolicy;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * What {@code broker_transport_options} says to the Redis transport, with the names and
 * defaults of {@code kombu.transport.redis.Channel}. All peers of a broker should agree
 * on everything but the intervals and the wait strategy.
 *
 * @param visibilityTimeout how long a message may be in flight without a sign of life
 * before it is given to another consumer, in whole seconds
 * @param unackedKey hash of the messages in flight
 * @param unackedIndexKey sorted set of the times at which they were taken or renewed
 * @param unackedMutexKey lock of the restore sweep
 * @param unackedMutexExpire how long that lock survives its owner
 * @param unackedRestoreLimit how many messages one sweep restores at most, or
 * {@code null} for all
 * @param unackedRestoreInterval longest time between two sweeps
 * @param prioritySteps the priorities that have lists of their own, ascending from 0
 * @param sep what separates a queue from its priority step, and the parts of a binding
 * @param queueOrderStrategy which of several queues is served first
 * @param globalKeyprefix put before every key of the broker
 * @param pollingInterval longest time between two looks at the queues while waiting, or
 * {@code null} for 5 seconds ({@code TRACKING}) and 1 second ({@code BRPOP})
 * @param waitStrategy how to wait for messages
 * @param fanoutPrefix put before the channels of fanout exchanges: empty, or begins with
 * a slash, ends with a dot and may contain <code>{db}</code> for the database number
 * @param fanoutPatterns whether the routing key is part of the channel of a fanout
 * exchange
 * @param bodyEncoding how bodies are written; both are read
 * @param deadletterQueue the queue for messages that no queue is bound for, or
 * {@code null} to refuse to send them
 * @param ownerTimeout a worker that gave no sign of life for so long and whose connection
 * is gone is dead, and its messages go to others; zero to wait for the visibility timeout
 * @param deadLetters what becomes of messages that nobody can process
 * @since 0.1.0
 */
public record RedisTransportOptions(Duration visibilityTimeout, String unackedKey, String unackedIndexKey,
		String unackedMutexKey, Duration unackedMutexExpire, @Nullable Integer unackedRestoreLimit,
		Duration unackedRestoreInterval, List<Integer> prioritySteps, String sep, QueueOrderStrategy queueOrderStrategy,
		String globalKeyprefix, @Nullable Duration pollingInterval, WaitStrategy waitStrategy, String fanoutPrefix,
		boolean fanoutPatterns, BodyEncoding bodyEncoding, @Nullable String deadletterQueue, Duration ownerTimeout,
		DeadLetterPolicy deadLetters) {

	/** kombu's defaults. */
	public static final RedisTransportOptions DEFAULTS = new RedisTransportOptions(Duration.ofHours(1), "unacked",
			"unacked_index", "unacked_mutex", Duration.ofMinutes(5), null, Duration.ofSeconds(10), List.of(0, 3, 6, 9),
			CeleryQueue.SEPARATOR, QueueOrderStrategy.ROUND_ROBIN, "", null, WaitStrategy.TRACKING, "/{db}.", true,
			BodyEncoding.BASE64, null, Duration.ofSeconds(10), DeadLetterPolicy.DEFAULTS);

	public RedisTransportOptions {
		Assert.isTrue(visibilityTimeout.toSeconds() > 0 && visibilityTimeout.toNanosPart() == 0,
				"visibility_timeout must be whole seconds, at least 1");
		Assert.hasText(unackedKey, "unacked_key must not be empty");
		Assert.hasText(unackedIndexKey, "unacked_index_key must not be empty");
		Assert.hasText(unackedMutexKey, "unacked_mutex_key must not be empty");
		Assert.isTrue(unackedMutexExpire.toMillis() > 0, "unacked_mutex_expire must be positive");
		Assert.isTrue(unackedRestoreLimit == null || unackedRestoreLimit > 0, "unacked_restore_limit must be positive");
		Assert.isTrue(unackedRestoreInterval.toMillis() > 0, "unacked_restore_interval must be positive");
		prioritySteps = List.copyOf(prioritySteps);
		Assert.isTrue(isAscendingFromZero(prioritySteps), "priority_steps must be ascending numbers that begin with 0");
		Assert.hasLength(sep, "sep must not be empty");
		Assert.notNull(queueOrderStrategy, "queue_order_strategy must not be null");
		Assert.notNull(globalKeyprefix, "global_keyprefix must not be null");
		Assert.isTrue(pollingInterval == null || pollingInterval.toMillis() > 0, "polling_interval must be positive");
		Assert.notNull(waitStrategy, "wait_strategy must not be null");
		// kombu finds the exchange behind the first dot.
		Assert.isTrue(
				fanoutPrefix.isEmpty()
						|| (fanoutPrefix.startsWith("/") && fanoutPrefix.indexOf('.') == fanoutPrefix.length() - 1),
				"fanout_prefix must begin with / and end with its only dot");
		Assert.isTrue(deadletterQueue == null || !deadletterQueue.isEmpty(), "deadletter_queue must not be empty");
		Assert.isTrue(!ownerTimeout.isNegative(), "owner_timeout must not be negative");
	}

	private static boolean isAscendingFromZero(List<Integer> steps) {
		if (steps.isEmpty() || steps.get(0) != 0) {
			return false;
		}
		for (int i = 1; i < steps.size(); i++) {
			if (steps.get(i) <= steps.get(i - 1)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Starts from the defaults.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Which of several queues is served first. kombu's {@code queue_order_strategy}.
	 */
	public enum QueueOrderStrategy {

		/** A queue that was served goes to the end. */
		ROUND_ROBIN,

		/** By name. */
		SORTED,

		/** As the consumer gave them. */
		PRIORITY

	}

	/**
	 * How a consumer waits for messages.
	 */
	public enum WaitStrategy {

		/**
		 * Redis tells when a watched queue changes ({@code CLIENT TRACKING}); nothing is
		 * taken while waiting. Falls back to {@link #BRPOP} where Redis refuses it.
		 */
		TRACKING,

		/**
		 * Blocks as kombu does, with kombu's gap: a message that is popped while the
		 * connection breaks is lost.
		 */
		BRPOP

	}

	/**
	 * How the body of a message is written. kombu's {@code body_encoding}.
	 */
	public enum BodyEncoding {

		/** For any body, understood by every peer. */
		BASE64,

		/**
		 * Readable in Redis; a body that is not UTF-8 text is still written in base64.
		 */
		UTF_8

	}

	/**
	 * Collects options. Each method sets the option of its name.
	 */
	public static final class Builder {

		private Duration visibilityTimeout = DEFAULTS.visibilityTimeout();

		private String unackedKey = DEFAULTS.unackedKey();

		private String unackedIndexKey = DEFAULTS.unackedIndexKey();

		private String unackedMutexKey = DEFAULTS.unackedMutexKey();

		private Duration unackedMutexExpire = DEFAULTS.unackedMutexExpire();

		private @Nullable Integer unackedRestoreLimit = DEFAULTS.unackedRestoreLimit();

		private Duration unackedRestoreInterval = DEFAULTS.unackedRestoreInterval();

		private List<Integer> prioritySteps = DEFAULTS.prioritySteps();

		private String sep = DEFAULTS.sep();

		private QueueOrderStrategy queueOrderStrategy = DEFAULTS.queueOrderStrategy();

		private String globalKeyprefix = DEFAULTS.globalKeyprefix();

		private @Nullable Duration pollingInterval = DEFAULTS.pollingInterval();

		private WaitStrategy waitStrategy = DEFAULTS.waitStrategy();

		private String fanoutPrefix = DEFAULTS.fanoutPrefix();

		private boolean fanoutPatterns = DEFAULTS.fanoutPatterns();

		private BodyEncoding bodyEncoding = DEFAULTS.bodyEncoding();

		private @Nullable String deadletterQueue = DEFAULTS.deadletterQueue();

		private Duration ownerTimeout = DEFAULTS.ownerTimeout();

		private DeadLetterPolicy deadLetters = DEFAULTS.deadLetters();

		private Builder() {
		}

		public Builder visibilityTimeout(Duration visibilityTimeout) {
			this.visibilityTimeout = visibilityTimeout;
			return this;
		}

		public Builder unackedKey(String unackedKey) {
			this.unackedKey = unackedKey;
			return this;
		}

		public Builder unackedIndexKey(String unackedIndexKey) {
			this.unackedIndexKey = unackedIndexKey;
			return this;
		}

		public Builder unackedMutexKey(String unackedMutexKey) {
			this.unackedMutexKey = unackedMutexKey;
			return this;
		}

		public Builder unackedMutexExpire(Duration unackedMutexExpire) {
			this.unackedMutexExpire = unackedMutexExpire;
			return this;
		}

		public Builder unackedRestoreLimit(@Nullable Integer unackedRestoreLimit) {
			this.unackedRestoreLimit = unackedRestoreLimit;
			return this;
		}

		public Builder unackedRestoreInterval(Duration unackedRestoreInterval) {
			this.unackedRestoreInterval = unackedRestoreInterval;
			return this;
		}

		public Builder prioritySteps(List<Integer> prioritySteps) {
			this.prioritySteps = prioritySteps;
			return this;
		}

		public Builder sep(String sep) {
			this.sep = sep;
			return this;
		}

		public Builder queueOrderStrategy(QueueOrderStrategy queueOrderStrategy) {
			this.queueOrderStrategy = queueOrderStrategy;
			return this;
		}

		public Builder globalKeyprefix(String globalKeyprefix) {
			this.globalKeyprefix = globalKeyprefix;
			return this;
		}

		public Builder pollingInterval(@Nullable Duration pollingInterval) {
			this.pollingInterval = pollingInterval;
			return this;
		}

		public Builder waitStrategy(WaitStrategy waitStrategy) {
			this.waitStrategy = waitStrategy;
			return this;
		}

		public Builder fanoutPrefix(String fanoutPrefix) {
			this.fanoutPrefix = fanoutPrefix;
			return this;
		}

		public Builder fanoutPatterns(boolean fanoutPatterns) {
			this.fanoutPatterns = fanoutPatterns;
			return this;
		}

		public Builder bodyEncoding(BodyEncoding bodyEncoding) {
			this.bodyEncoding = bodyEncoding;
			return this;
		}

		public Builder deadletterQueue(@Nullable String deadletterQueue) {
			this.deadletterQueue = deadletterQueue;
			return this;
		}

		public Builder ownerTimeout(Duration ownerTimeout) {
			this.ownerTimeout = ownerTimeout;
			return this;
		}

		public Builder deadLetters(DeadLetterPolicy deadLetters) {
			this.deadLetters = deadLetters;
			return this;
		}

		/**
		 * Makes the options.
		 * @return the options
		 * @throws IllegalArgumentException if one is invalid
		 */
		public RedisTransportOptions build() {
			return new RedisTransportOptions(this.visibilityTimeout, this.unackedKey, this.unackedIndexKey,
					this.unackedMutexKey, this.unackedMutexExpire, this.unackedRestoreLimit,
					this.unackedRestoreInterval, this.prioritySteps, this.sep, this.queueOrderStrategy,
					this.globalKeyprefix, this.pollingInterval, this.waitStrategy, this.fanoutPrefix,
					this.fanoutPatterns, this.bodyEncoding, this.deadletterQueue, this.ownerTimeout, this.deadLetters);
		}

	}

}
