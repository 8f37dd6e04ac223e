package io.github.celeryspring.task;

import java.util.List;
import java.util.function.Consumer;

import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskOptionsBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link TaskDefinition}. Whatever is not set is decided by the settings. Not
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class TaskDefinitionBuilder {

	private final String name;

	private final TaskHandler handler;

	private final TaskOptionsBuilder options = TaskOptions.builder();

	private String source;

	private RetryPolicy retryPolicy = RetryPolicy.DEFAULTS;

	private @Nullable Boolean acksLate;

	private @Nullable Boolean acksOnFailure;

	private @Nullable Boolean acksOnTimeout;

	private @Nullable Boolean trackStarted;

	private @Nullable Boolean storeErrorsEvenIfIgnored;

	private @Nullable RateLimit rateLimit;

	private List<Class<? extends Throwable>> expected = List.of();

	TaskDefinitionBuilder(String name, TaskHandler handler) {
		this.name = name;
		this.handler = handler;
		this.source = handler.getClass().getName();
	}

	/**
	 * Sets where it was defined.
	 * @param source for messages
	 * @return this
	 */
	public TaskDefinitionBuilder source(String source) {
		this.source = source;
		return this;
	}

	/**
	 * Sets the queue it is sent to and taken from.
	 * @param queue the name
	 * @return this
	 */
	public TaskDefinitionBuilder queue(String queue) {
		this.options.queue(queue);
		return this;
	}

	/**
	 * Sets how this application sends it, and what of that applies when it runs here:
	 * whether its result is ignored, and its time limits.
	 * @param options sets them
	 * @return this
	 */
	public TaskDefinitionBuilder options(Consumer<TaskOptionsBuilder> options) {
		options.accept(this.options);
		return this;
	}

	/**
	 * Sets how it is retried.
	 * @param retryPolicy the policy
	 * @return this
	 */
	public TaskDefinitionBuilder retryPolicy(RetryPolicy retryPolicy) {
		this.retryPolicy = retryPolicy;
		return this;
	}

	/**
	 * Sets whether it is acknowledged after it has run.
	 * @param acksLate whether
	 * @return this
	 */
	public TaskDefinitionBuilder acksLate(@Nullable Boolean acksLate) {
		this.acksLate = acksLate;
		return this;
	}

	/**
	 * Sets whether it is acknowledged although it failed.
	 * @param acksOnFailure whether
	 * @return this
	 */
	public TaskDefinitionBuilder acksOnFailure(@Nullable Boolean acksOnFailure) {
		this.acksOnFailure = acksOnFailure;
		return this;
	}

	/**
	 * Sets whether it is acknowledged although it ran for too long.
	 * @param acksOnTimeout whether
	 * @return this
	 */
	public TaskDefinitionBuilder acksOnTimeout(@Nullable Boolean acksOnTimeout) {
		this.acksOnTimeout = acksOnTimeout;
		return this;
	}

	/**
	 * Sets whether state STARTED is stored.
	 * @param trackStarted whether
	 * @return this
	 */
	public TaskDefinitionBuilder trackStarted(@Nullable Boolean trackStarted) {
		this.trackStarted = trackStarted;
		return this;
	}

	/**
	 * Sets whether failures are stored even if results are not.
	 * @param storeErrorsEvenIfIgnored whether
	 * @return this
	 */
	public TaskDefinitionBuilder storeErrorsEvenIfIgnored(@Nullable Boolean storeErrorsEvenIfIgnored) {
		this.storeErrorsEvenIfIgnored = storeErrorsEvenIfIgnored;
		return this;
	}

	/**
	 * Sets how often a worker begins it at most.
	 * @param rateLimit the limit; {@link RateLimit#NONE} for none, whatever the settings
	 * say
	 * @return this
	 */
	public TaskDefinitionBuilder rateLimit(@Nullable RateLimit rateLimit) {
		this.rateLimit = rateLimit;
		return this;
	}

	/**
	 * Sets which exceptions are logged without stack trace.
	 * @param expected types of exceptions, their subtypes included
	 * @return this
	 */
	public TaskDefinitionBuilder expected(List<Class<? extends Throwable>> expected) {
		this.expected = List.copyOf(expected);
		return this;
	}

	/**
	 * Builds the definition.
	 * @return the definition
	 */
	public TaskDefinition build() {
		return new TaskDefinition(this.name, this.handler, this.source, this.options.build(), this.retryPolicy,
				this.acksLate, this.acksOnFailure, this.acksOnTimeout, this.trackStarted, this.storeErrorsEvenIfIgnored,
				this.rateLimit, this.expected);
	}

}
