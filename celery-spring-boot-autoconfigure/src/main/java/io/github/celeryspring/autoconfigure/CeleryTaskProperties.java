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
 * @param taskDefaultQueue Queue of the tasks for which nothing names another.
 * @param taskAcksLate Whether messages are acknowledged after the task has run, so that a
 * task whose worker dies is run again. Celery's default is false.
 * @param taskAcksOnFailureOrTimeout What task-acks-on-failure and task-acks-on-timeout
 * are if they are not set.
 * @param taskAcksOnFailure Whether messages are acknowledged after the task has run
 * although it failed. If not, they go to the dead letters.
 * @param taskAcksOnTimeout Whether messages are acknowledged although the task was over
 * its time limit. If not, they go back to their queue.
 * @param taskIgnoreResult Whether no results are stored.
 * @param taskTrackStarted Whether state STARTED is stored when a task begins.
 * @param taskStoreErrorsEvenIfIgnored Whether failures are stored even if results are
 * ignored.
 * @param taskSoftTimeLimit When a task is interrupted that sets no limit itself. A plain
 * number is seconds. Without it, never.
 * @param taskTimeLimit When a task fails that sets no limit itself and has not ended. A
 * plain number is seconds. Without it, never.
 * @param taskDefaultRateLimit How often each worker begins a task at most that sets no
 * limit itself, such as '10/s', '10/m' or '10/h'. Without it, as often as it can.
 * @param taskInheritParentPriority Whether a task that is sent by a task has its priority
 * unless it is given another.
 * @param taskPublishRetry Whether sending is tried again when Redis cannot be reached.
 * @param taskPublishRetryPolicy How sending is tried again.
 */
@ConfigurationProperties("celery")
record CeleryTaskProperties(@DefaultValue("celery") String taskDefaultQueue, @DefaultValue("true") boolean taskAcksLate,
		@DefaultValue("true") boolean taskAcksOnFailureOrTimeout, @Nullable Boolean taskAcksOnFailure,
		@Nullable Boolean taskAcksOnTimeout, @DefaultValue("false") boolean taskIgnoreResult,
		@DefaultValue("false") boolean taskTrackStarted, @DefaultValue("false") boolean taskStoreErrorsEvenIfIgnored,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration taskSoftTimeLimit,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration taskTimeLimit,
		@Nullable String taskDefaultRateLimit, @DefaultValue("false") boolean taskInheritParentPriority,
		@DefaultValue("true") boolean taskPublishRetry,
		@DefaultValue PublishRetryPolicyProperties taskPublishRetryPolicy) {

	boolean acksOnFailure() {
		return (this.taskAcksOnFailure != null) ? this.taskAcksOnFailure : this.taskAcksOnFailureOrTimeout;
	}

	boolean acksOnTimeout() {
		return (this.taskAcksOnTimeout != null) ? this.taskAcksOnTimeout : this.taskAcksOnFailureOrTimeout;
	}

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
