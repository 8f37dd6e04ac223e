package io.github.celeryspring.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskOptionsBuilder;
import org.jspecify.annotations.Nullable;

/**
 * How a task is to be retried. What is not set is as it was. Not thread-safe. Counterpart
 * of the arguments of {@code celery.app.task.Task.retry}.
 *
 * @since 0.1.0
 */
public final class RetrySpec {

	private final TaskOptionsBuilder options = TaskOptions.builder();

	private @Nullable List<@Nullable Object> args;

	private @Nullable Map<String, @Nullable Object> kwargs;

	private @Nullable Integer maxRetries;

	/**
	 * Nothing set.
	 */
	public RetrySpec() {
	}

	/**
	 * Sets how long to wait.
	 * @param countdown from now
	 * @return this
	 */
	public RetrySpec countdown(Duration countdown) {
		this.options.countdown(countdown);
		return this;
	}

	/**
	 * Sets when to run again at the earliest.
	 * @param eta the time
	 * @return this
	 */
	public RetrySpec eta(Instant eta) {
		this.options.eta(eta);
		return this;
	}

	/**
	 * Sets how many retries there may be in all.
	 * @param maxRetries from 0; negative for no limit
	 * @return this
	 */
	public RetrySpec maxRetries(int maxRetries) {
		this.maxRetries = maxRetries;
		return this;
	}

	/**
	 * Replaces the positional arguments.
	 * @param args the arguments
	 * @return this
	 */
	public RetrySpec args(@Nullable Object... args) {
		this.args = Arrays.asList(args);
		return this;
	}

	/**
	 * Replaces the keyword arguments.
	 * @param kwargs names and values
	 * @return this
	 */
	public RetrySpec kwargs(Map<String, ? extends @Nullable Object> kwargs) {
		this.kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
		return this;
	}

	/**
	 * Sets further options, such as the queue or the priority.
	 * @param options sets them
	 * @return this
	 */
	public RetrySpec options(Consumer<TaskOptionsBuilder> options) {
		options.accept(this.options);
		return this;
	}

	/**
	 * What was set of the options.
	 * @return the options
	 */
	public TaskOptions options() {
		return this.options.build();
	}

	/**
	 * The positional arguments, if they are replaced.
	 * @return the arguments, or {@code null}
	 */
	public @Nullable List<@Nullable Object> args() {
		return this.args;
	}

	/**
	 * The keyword arguments, if they are replaced.
	 * @return names and values, or {@code null}
	 */
	public @Nullable Map<String, @Nullable Object> kwargs() {
		return this.kwargs;
	}

	/**
	 * How many retries there may be in all, if it is said.
	 * @return from 0, negative for no limit, or {@code null} for the task's own
	 */
	public @Nullable Integer maxRetries() {
		return this.maxRetries;
	}

}
