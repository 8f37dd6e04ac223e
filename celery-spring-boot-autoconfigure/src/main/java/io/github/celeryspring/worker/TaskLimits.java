package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Limits that were set by remote control, which take precedence over those of the tasks.
 * Thread-safe.
 */
final class TaskLimits {

	private final Map<String, String> rates = new ConcurrentHashMap<>();

	private final Map<String, TimeLimits> times = new ConcurrentHashMap<>();

	/**
	 * Sets how often a task may begin.
	 * @param task the name of the task
	 * @param rate such as {@code 10/m}; {@code 0} for no limit
	 */
	void setRate(String task, String rate) {
		this.rates.put(task, rate);
	}

	/**
	 * How often a task may begin.
	 * @param task the name of the task
	 * @return such as {@code 10/m}, {@code 0} for no limit, {@code null} if nothing was
	 * set
	 */
	@Nullable String rate(String task) {
		return this.rates.get(task);
	}

	void setTimes(String task, TimeLimits limits) {
		this.times.put(task, limits);
	}

	/**
	 * How long a task may run.
	 * @param task the name of the task
	 * @return the limits, {@code null} if nothing was set
	 */
	@Nullable TimeLimits times(String task) {
		return this.times.get(task);
	}

	/**
	 * How long a task may run.
	 *
	 * @param soft when it is told, or {@code null} for never
	 * @param hard when it is ended, or {@code null} for never
	 */
	record TimeLimits(@Nullable Duration soft, @Nullable Duration hard) {

	}

}
