package io.github.celeryspring.worker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.celeryspring.task.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * Limits that were set by remote control, which take precedence over those of the tasks.
 * Thread-safe.
 */
final class TaskLimits {

	private final Map<String, RateLimit> rates = new ConcurrentHashMap<>();

	private final Map<String, TimeLimits> times = new ConcurrentHashMap<>();

	/**
	 * Sets how often a task may begin.
	 * @param task the name of the task
	 * @param rate the rate
	 */
	void setRate(String task, RateLimit rate) {
		this.rates.put(task, rate);
	}

	/**
	 * How often a task may begin. Costs nothing while no limit was set.
	 * @param task the name of the task
	 * @return the rate, {@code null} if nothing was set
	 */
	@Nullable RateLimit rate(String task) {
		return this.rates.isEmpty() ? null : this.rates.get(task);
	}

	/**
	 * Sets how long a task may run, from its next run on.
	 * @param task the name of the task
	 * @param limits the limits
	 */
	void setTimes(String task, TimeLimits limits) {
		this.times.put(task, limits);
	}

	/**
	 * How long a task may run. Costs nothing while no limit was set.
	 * @param task the name of the task
	 * @return the limits, {@code null} if nothing was set
	 */
	@Nullable TimeLimits times(String task) {
		return this.times.isEmpty() ? null : this.times.get(task);
	}

}
