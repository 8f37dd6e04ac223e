package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Celery's settings about tasks.
 *
 * @param taskDefaultQueue queue of the tasks for which nothing names another.
 * @param taskAcksLate whether messages are acknowledged after the task has run, so that a
 * task whose worker dies is run again. Celery's default is false.
 * @param taskIgnoreResult whether no results are stored.
 * @param taskTrackStarted whether state STARTED is stored when a task begins.
 * @param taskStoreErrorsEvenIfIgnored whether failures are stored even if results are
 * ignored.
 * @param taskPublishRetry whether sending is tried again when Redis cannot be reached.
 * @param taskPublishRetryPolicy how sending is tried again.
 */
@ConfigurationProperties("celery")
record CeleryTaskProperties(@DefaultValue("celery") String taskDefaultQueue, @DefaultValue("true") boolean taskAcksLate,
		@DefaultValue("false") boolean taskIgnoreResult, @DefaultValue("false") boolean taskTrackStarted,
		@DefaultValue("false") boolean taskStoreErrorsEvenIfIgnored, @DefaultValue("true") boolean taskPublishRetry,
		@DefaultValue PublishRetryPolicyProperties taskPublishRetryPolicy) {

	/**
	 * How sending is tried again, with Celery's names and defaults.
	 *
	 * @param maxRetries how often it is tried again. Empty for as often as the deadline
	 * of the send allows.
	 * @param intervalStart pause before the first retry. A plain number is seconds.
	 * @param intervalStep by how much each pause is longer than the one before. A plain
	 * number is seconds.
	 * @param intervalMax longest pause. A plain number is seconds.
	 */
	record PublishRetryPolicyProperties(@DefaultValue("3") @Nullable Integer maxRetries,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("0s") Duration intervalStart,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("200ms") Duration intervalStep,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("1s") Duration intervalMax) {

	}

}
