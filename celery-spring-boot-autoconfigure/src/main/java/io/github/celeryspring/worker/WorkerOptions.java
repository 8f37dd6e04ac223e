package io.github.celeryspring.worker;

import java.time.Duration;

import io.github.celeryspring.task.RateLimit;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * How a worker works. The names are those of Celery's settings.
 *
 * @param nodename the name of the worker in threads, logs and STARTED documents, such as
 * {@code celery@myhost}
 * @param concurrency how many tasks run at once at most, from 1; a task that returned a
 * {@code CompletionStage} counts until the stage completes
 * @param prefetchMultiplier how many messages are held for each of them, the running one
 * included; 0 for 10 000 in all, {@code null} to adapt to how long the tasks run
 * @param acksLate whether messages are acknowledged after the task has run rather than
 * before
 * @param acksOnFailure whether messages are acknowledged then although the task failed
 * @param acksOnTimeout whether messages are acknowledged although the task ran for too
 * long
 * @param ignoreResult whether results are not stored
 * @param trackStarted whether state STARTED is stored
 * @param storeErrorsEvenIfIgnored whether failures are stored even if results are not
 * @param resultExtended whether result documents tell the name of the task, its
 * arguments, the worker, the queue and the stamps
 * @param timeLimits how long a task may run that says nothing itself
 * @param defaultRateLimit how often a task may begin that says nothing itself, or
 * {@code null} for no limit
 * @param disableRateLimits whether tasks may begin as often as they will
 * @param deduplicateSuccessfulTasks whether a redelivered message is not run whose result
 * is SUCCESS already
 * @param inheritParentPriority whether what follows a task has its priority
 * @param shutdownTimeout how long a stop may take in all
 * @param virtualThreads whether tasks run on virtual threads, which needs Java 21
 * @param maxDeliveries how often a message is delivered before it goes to the dead
 * letters unfinished; 0 for ever. Without effect while dead letters are off
 * @since 0.1.0
 */
public record WorkerOptions(String nodename, int concurrency, @Nullable Integer prefetchMultiplier, boolean acksLate,
		boolean acksOnFailure, boolean acksOnTimeout, boolean ignoreResult, boolean trackStarted,
		boolean storeErrorsEvenIfIgnored, boolean resultExtended, TimeLimits timeLimits,
		@Nullable RateLimit defaultRateLimit, boolean disableRateLimits, boolean deduplicateSuccessfulTasks,
		boolean inheritParentPriority, Duration shutdownTimeout, boolean virtualThreads, int maxDeliveries) {

	/** A worker named after its host with a slot per processor; see {@link Builder}. */
	public static final WorkerOptions DEFAULTS = new WorkerOptions(Nodename.ofThisHost(),
			Runtime.getRuntime().availableProcessors(), null, true, true, true, false, false, false, false,
			TimeLimits.NONE, null, false, false, false, Duration.ofSeconds(25), false, 5);

	public WorkerOptions {
		Assert.hasText(nodename, "'nodename' must not be empty");
		Assert.isTrue(concurrency > 0, "'concurrency' must be positive");
		Assert.isTrue(prefetchMultiplier == null || prefetchMultiplier >= 0,
				"'prefetchMultiplier' must not be negative");
		Assert.isTrue(!shutdownTimeout.isNegative(), "'shutdownTimeout' must not be negative");
		Assert.isTrue(maxDeliveries >= 0, "'maxDeliveries' must not be negative");
	}

	/**
	 * Starts from the defaults.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Builds options. Each method sets the component of its name and returns this.
	 */
	public static final class Builder {

		private String nodename = DEFAULTS.nodename;

		private int concurrency = DEFAULTS.concurrency;

		private @Nullable Integer prefetchMultiplier = DEFAULTS.prefetchMultiplier;

		private boolean acksLate = DEFAULTS.acksLate;

		private boolean acksOnFailure = DEFAULTS.acksOnFailure;

		private boolean acksOnTimeout = DEFAULTS.acksOnTimeout;

		private boolean ignoreResult = DEFAULTS.ignoreResult;

		private boolean trackStarted = DEFAULTS.trackStarted;

		private boolean storeErrorsEvenIfIgnored = DEFAULTS.storeErrorsEvenIfIgnored;

		private boolean resultExtended = DEFAULTS.resultExtended;

		private TimeLimits timeLimits = DEFAULTS.timeLimits;

		private @Nullable RateLimit defaultRateLimit = DEFAULTS.defaultRateLimit;

		private boolean disableRateLimits = DEFAULTS.disableRateLimits;

		private boolean deduplicateSuccessfulTasks = DEFAULTS.deduplicateSuccessfulTasks;

		private boolean inheritParentPriority = DEFAULTS.inheritParentPriority;

		private Duration shutdownTimeout = DEFAULTS.shutdownTimeout;

		private boolean virtualThreads = DEFAULTS.virtualThreads;

		private int maxDeliveries = DEFAULTS.maxDeliveries;

		private Builder() {
		}

		/**
		 * Sets the name of the worker.
		 * @param nodename by default {@code celery@} and the name of the host
		 * @return this
		 */
		public Builder nodename(String nodename) {
			this.nodename = nodename;
			return this;
		}

		/**
		 * Sets how many tasks run at once at most.
		 * @param concurrency by default the number of processors
		 * @return this
		 */
		public Builder concurrency(int concurrency) {
			this.concurrency = concurrency;
			return this;
		}

		/**
		 * Sets how many messages are held for each of them.
		 * @param prefetchMultiplier 0 for no limit, {@code null}, the default, to adapt
		 * @return this
		 */
		public Builder prefetchMultiplier(@Nullable Integer prefetchMultiplier) {
			this.prefetchMultiplier = prefetchMultiplier;
			return this;
		}

		/**
		 * Sets whether messages are acknowledged after the task has run.
		 * @param acksLate by default {@code true}
		 * @return this
		 */
		public Builder acksLate(boolean acksLate) {
			this.acksLate = acksLate;
			return this;
		}

		/**
		 * Sets whether messages are acknowledged then although the task failed.
		 * @param acksOnFailure by default {@code true}
		 * @return this
		 */
		public Builder acksOnFailure(boolean acksOnFailure) {
			this.acksOnFailure = acksOnFailure;
			return this;
		}

		/**
		 * Sets whether messages are acknowledged although the task ran for too long.
		 * @param acksOnTimeout by default {@code true}
		 * @return this
		 */
		public Builder acksOnTimeout(boolean acksOnTimeout) {
			this.acksOnTimeout = acksOnTimeout;
			return this;
		}

		/**
		 * Sets whether results are not stored.
		 * @param ignoreResult by default {@code false}
		 * @return this
		 */
		public Builder ignoreResult(boolean ignoreResult) {
			this.ignoreResult = ignoreResult;
			return this;
		}

		/**
		 * Sets whether state STARTED is stored.
		 * @param trackStarted by default {@code false}
		 * @return this
		 */
		public Builder trackStarted(boolean trackStarted) {
			this.trackStarted = trackStarted;
			return this;
		}

		/**
		 * Sets whether failures are stored even if results are not.
		 * @param storeErrorsEvenIfIgnored by default {@code false}
		 * @return this
		 */
		public Builder storeErrorsEvenIfIgnored(boolean storeErrorsEvenIfIgnored) {
			this.storeErrorsEvenIfIgnored = storeErrorsEvenIfIgnored;
			return this;
		}

		/**
		 * Sets whether result documents tell about the task itself.
		 * @param resultExtended by default {@code false}
		 * @return this
		 */
		public Builder resultExtended(boolean resultExtended) {
			this.resultExtended = resultExtended;
			return this;
		}

		/**
		 * Sets how long a task may run that says nothing itself.
		 * @param timeLimits by default {@link TimeLimits#NONE}
		 * @return this
		 */
		public Builder timeLimits(TimeLimits timeLimits) {
			this.timeLimits = timeLimits;
			return this;
		}

		/**
		 * Sets how often a task may begin that says nothing itself.
		 * @param defaultRateLimit by default {@code null}, which is no limit
		 * @return this
		 */
		public Builder defaultRateLimit(@Nullable RateLimit defaultRateLimit) {
			this.defaultRateLimit = defaultRateLimit;
			return this;
		}

		/**
		 * Sets whether tasks may begin as often as they will.
		 * @param disableRateLimits by default {@code false}
		 * @return this
		 */
		public Builder disableRateLimits(boolean disableRateLimits) {
			this.disableRateLimits = disableRateLimits;
			return this;
		}

		/**
		 * Sets whether a redelivered message is not run that has succeeded.
		 * @param deduplicateSuccessfulTasks by default {@code false}
		 * @return this
		 */
		public Builder deduplicateSuccessfulTasks(boolean deduplicateSuccessfulTasks) {
			this.deduplicateSuccessfulTasks = deduplicateSuccessfulTasks;
			return this;
		}

		/**
		 * Sets whether what follows a task has its priority.
		 * @param inheritParentPriority by default {@code false}
		 * @return this
		 */
		public Builder inheritParentPriority(boolean inheritParentPriority) {
			this.inheritParentPriority = inheritParentPriority;
			return this;
		}

		/**
		 * Sets how long a stop may take in all.
		 * @param shutdownTimeout by default 25 seconds
		 * @return this
		 */
		public Builder shutdownTimeout(Duration shutdownTimeout) {
			this.shutdownTimeout = shutdownTimeout;
			return this;
		}

		/**
		 * Sets whether tasks run on virtual threads.
		 * @param virtualThreads by default {@code false}
		 * @return this
		 */
		public Builder virtualThreads(boolean virtualThreads) {
			this.virtualThreads = virtualThreads;
			return this;
		}

		/**
		 * Sets how often a message is delivered before it goes to the dead letters.
		 * @param maxDeliveries by default 5; 0 for ever
		 * @return this
		 */
		public Builder maxDeliveries(int maxDeliveries) {
			this.maxDeliveries = maxDeliveries;
			return this;
		}

		/**
		 * Builds the options.
		 * @return the options
		 */
		public WorkerOptions build() {
			return new WorkerOptions(this.nodename, this.concurrency, this.prefetchMultiplier, this.acksLate,
					this.acksOnFailure, this.acksOnTimeout, this.ignoreResult, this.trackStarted,
					this.storeErrorsEvenIfIgnored, this.resultExtended, this.timeLimits, this.defaultRateLimit,
					this.disableRateLimits, this.deduplicateSuccessfulTasks, this.inheritParentPriority,
					this.shutdownTimeout, this.virtualThreads, this.maxDeliveries);
		}

	}

}
