package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Celery's settings about the worker, and what its command line has options for.
 *
 * @param workerEnabled Whether this application runs a worker. Without it, it does if it
 * has at least one task.
 * @param workerConcurrency How many tasks run at the same time. Without it, as many as
 * there are processors.
 * @param workerPrefetchMultiplier How many messages are held for each task that can run
 * at once, the running one included; 0 is no limit. Without it, as many as keep the
 * worker busy.
 * @param workerQueues Queues to consume, Celery's -Q. Without it, the default queue,
 * those of the tasks of this application and its CeleryQueue beans.
 * @param workerHostname Node name of the worker, Celery's -n: '%h' is the host name, '%n'
 * its first part, '%d' the domain. Without it 'celery@%h'.
 * @param workerShutdownTimeout How long a stopping worker waits for the tasks that run. A
 * plain number is seconds. Must be shorter than
 * spring.lifecycle.timeout-per-shutdown-phase.
 * @param workerMaxDeliveries How often a message is delivered before it goes to the dead
 * letters, because its task was never finished; 0 is without limit, as Celery has it.
 * @param workerDisableRateLimits Whether rate limits of tasks are not regarded.
 * @param workerDeduplicateSuccessfulTasks Whether a redelivered message is not run whose
 * result is SUCCESS already.
 */
@ConfigurationProperties("celery")
record CeleryWorkerProperties(@Nullable Boolean workerEnabled, @Nullable Integer workerConcurrency,
		@Nullable Integer workerPrefetchMultiplier, @DefaultValue List<String> workerQueues,
		@Nullable String workerHostname,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("25s") Duration workerShutdownTimeout,
		@DefaultValue("5") int workerMaxDeliveries, @DefaultValue("false") boolean workerDisableRateLimits,
		@DefaultValue("false") boolean workerDeduplicateSuccessfulTasks) {

}
