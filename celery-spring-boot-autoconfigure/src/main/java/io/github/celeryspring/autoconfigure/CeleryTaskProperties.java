package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Celery's settings about tasks.
 *
 * @param taskDefaultQueue Queue of the tasks for which nothing names another.
 * @param taskAcksLate Whether messages are acknowledged after the task has run, so that a
 * task whose worker dies is run again. Celery's default is false.
 * @param taskIgnoreResult Whether no results are stored.
 * @param taskTrackStarted Whether state STARTED is stored when a task begins.
 * @param taskStoreErrorsEvenIfIgnored Whether failures are stored even if results are
 * ignored.
 * @param taskPublishRetry Whether sending is tried again when Redis cannot be reached.
 * @param taskPublishRetryPolicy How sending is tried again.
 */
@ConfigurationProperties("celery")
record CeleryTaskProperties(@DefaultValue("celery") String taskDefaultQueue, @DefaultValue("true") boolean taskAcksLate,
		@DefaultValue("false") boolean taskIgnoreResult, @DefaultValue("false") boolean taskTrackStarted,
		@DefaultValue("false") boolean taskStoreErrorsEvenIfIgnored, @DefaultValue("true") boolean taskPublishRetry,
		@DefaultValue PublishRetryPolicyProperties taskPublishRetryPolicy) {

	/**
	 * How sending is tried again, with Celery's names and defaults.
	 *
	 * @param maxRetries How often it is tried again; -1 for as often as the deadline of
	 * the send allows.
	 * @param intervalStart Pause before the first retry. A plain number is seconds.
	 * @param intervalStep By how much each pause is longer than the one before. A plain
	 * number is seconds.
	 * @param intervalMax Longest pause. A plain number is seconds.
	 */
	record PublishRetryPolicyProperties(@DefaultValue("3") int maxRetries,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("0s") Duration intervalStart,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("200ms") Duration intervalStep,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("1s") Duration intervalMax) {

	}

}
