package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.task.RateLimit;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.worker.TimeLimits;
import io.github.celeryspring.worker.WorkerOptions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * What the properties mean for the worker.
 */
final class CeleryWorkerSettings {

	private static final Log logger = LogFactory.getLog(CeleryWorkerSettings.class);

	private static final String PHASE_TIMEOUT = "spring.lifecycle.timeout-per-shutdown-phase";

	private final CeleryProperties properties;

	private final CeleryTaskProperties taskProperties;

	private final CeleryWorkerProperties workerProperties;

	private final Environment environment;

	private final CeleryRouting routing;

	CeleryWorkerSettings(CeleryProperties properties, CeleryTaskProperties taskProperties,
			CeleryWorkerProperties workerProperties, Environment environment, CeleryRouting routing) {
		this.properties = properties;
		this.routing = routing;
		this.taskProperties = taskProperties;
		this.workerProperties = workerProperties;
		this.environment = environment;
	}

	/**
	 * How the worker works.
	 * @return the options
	 * @throws CeleryConfigurationException if a value makes no sense
	 */
	WorkerOptions options() {
		warnAboutShutdownTimeout();
		WorkerOptions.Builder builder = WorkerOptions.builder()
			.prefetchMultiplier(this.workerProperties.workerPrefetchMultiplier())
			.acksLate(this.taskProperties.taskAcksLate())
			.ignoreResult(this.taskProperties.taskIgnoreResult())
			.trackStarted(this.taskProperties.taskTrackStarted())
			.storeErrorsEvenIfIgnored(this.taskProperties.taskStoreErrorsEvenIfIgnored())
			.acksOnFailure(this.taskProperties.acksOnFailure())
			.acksOnTimeout(this.taskProperties.acksOnTimeout())
			.resultExtended(this.properties.resultExtended())
			.timeLimits(timeLimits())
			.defaultRateLimit(defaultRateLimit())
			.disableRateLimits(this.workerProperties.workerDisableRateLimits())
			.deduplicateSuccessfulTasks(this.workerProperties.workerDeduplicateSuccessfulTasks())
			.inheritParentPriority(this.taskProperties.taskInheritParentPriority())
			.shutdownTimeout(this.workerProperties.workerShutdownTimeout())
			.maxDeliveries(this.workerProperties.workerMaxDeliveries())
			.virtualThreads(Threading.VIRTUAL.isActive(this.environment));
		Integer concurrency = this.workerProperties.workerConcurrency();
		if (concurrency != null) {
			builder.concurrency(concurrency);
		}
		builder.nodename(nodename());
		return CeleryConfigurationException
			.unlessIllegal((name) -> "celery.worker-" + (name.equals("nodename") ? "hostname" : name), builder::build);
	}

	private TimeLimits timeLimits() {
		TimeLimits limits = new TimeLimits(this.taskProperties.taskSoftTimeLimit(),
				this.taskProperties.taskTimeLimit());
		if (limits.soft() != null && limits.hard() != null && limits.soft().compareTo(limits.hard()) > 0) {
			throw new CeleryConfigurationException(
					"'celery.task-soft-time-limit' must not be longer than 'celery.task-time-limit'.",
					"Correct the values.", null);
		}
		return limits;
	}

	private @Nullable RateLimit defaultRateLimit() {
		String rate = this.taskProperties.taskDefaultRateLimit();
		if (!StringUtils.hasText(rate)) {
			return null;
		}
		try {
			return RateLimit.of(rate);
		}
		catch (IllegalArgumentException ex) {
			throw new CeleryConfigurationException("'celery.task-default-rate-limit': " + ex.getMessage() + ".",
					"Correct the value.", ex);
		}
	}

	private void warnAboutShutdownTimeout() {
		Duration phase = Binder.get(this.environment)
			.bind(PHASE_TIMEOUT, Duration.class)
			.orElse(Duration.ofSeconds(30));
		Duration own = this.workerProperties.workerShutdownTimeout();
		if (own.compareTo(phase) >= 0) {
			logger.warn("celery.worker-shutdown-timeout (" + own.toSeconds() + "s) should be shorter than "
					+ PHASE_TIMEOUT + " (" + phase.toSeconds()
					+ "s): the application will not wait longer, and tasks that still run will be cut off");
		}
	}

	/**
	 * The queues to consume.
	 * @param registry the tasks, whose queues are consumed
	 * @return at least one queue
	 * @throws CeleryConfigurationException if there is none
	 */
	Collection<CeleryQueue> queues(TaskRegistry registry) {
		TaskRoutingProperties properties = this.routing.properties();
		WorkerQueues wanted = new WorkerQueues(this.workerProperties.workerQueues(), properties.workerExcludeQueues(),
				!properties.taskQueues().isEmpty());
		List<CeleryQueue> consumed = new ArrayList<>(wanted.of(this.routing.queues(), registry));
		if (properties.workerDirect()) {
			consumed.add(WorkerQueues.direct(nodename()));
		}
		if (consumed.isEmpty()) {
			throw new CeleryConfigurationException(
					"'celery.worker-exclude-queues' leaves the worker no queue to consume.",
					"Exclude fewer queues, or set celery.worker-enabled to false.", null);
		}
		return consumed;
	}

	private String nodename() {
		String hostname = this.workerProperties.workerHostname();
		String own = WorkerOptions.DEFAULTS.nodename();
		return StringUtils.hasText(hostname) ? WorkerHostname.of(hostname, own) : own;
	}

	/**
	 * Whether the worker starts with the application.
	 * @param registry the tasks
	 * @return what is configured, else whether there is a task
	 */
	boolean autoStartup(TaskRegistry registry) {
		Boolean enabled = this.workerProperties.workerEnabled();
		return (enabled != null) ? enabled : !registry.all().isEmpty();
	}

}
