package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Celery's options of the Redis result backend, by its names and with its defaults.
 *
 * @param globalKeyprefix Prefix of all keys of results. Celery's rule: an underscore
 * follows it unless it ends with one of ':', '_', '-' and '.'.
 * @param resultChordOrdered Whether a chord collects the results of its header in their
 * order rather than as they come. Must be the same for all peers.
 * @param retryPolicy How reading results is tried again; writing them is tried until
 * Redis takes them.
 * @param masterName Name of the master that the Sentinels of a sentinel:// URL in
 * celery.result-backend are asked for.
 * @param minOtherSentinels How many other Sentinels the one that answers must know.
 * @param sentinelKwargs How to log in at the Sentinels themselves.
 */
@ConfigurationProperties("celery.result-backend-transport-options")
record ResultBackendProperties(@DefaultValue("") String globalKeyprefix,
		@DefaultValue("true") boolean resultChordOrdered, @DefaultValue RetryPolicyProperties retryPolicy,
		@Nullable String masterName, @DefaultValue("0") int minOtherSentinels,
		@NestedConfigurationProperty @DefaultValue SentinelKwargs sentinelKwargs) {

	/**
	 * How reading results is tried again, with Celery's names and defaults.
	 *
	 * @param maxRetries How often it is tried again; -1 for without end.
	 * @param intervalStart Pause before the first retry. A plain number is seconds.
	 * @param intervalStep By how much each pause is longer than the one before. A plain
	 * number is seconds.
	 * @param intervalMax Longest pause. A plain number is seconds.
	 * @param timeout Longest time for all attempts together. A plain number is seconds.
	 * Without it there is none.
	 */
	record RetryPolicyProperties(@DefaultValue("20") int maxRetries,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("0s") Duration intervalStart,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("1s") Duration intervalStep,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("1s") Duration intervalMax,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration timeout) {

	}

}
