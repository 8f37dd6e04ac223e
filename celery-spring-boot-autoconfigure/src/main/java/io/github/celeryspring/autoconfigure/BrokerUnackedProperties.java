package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Those of kombu's transport options that are about messages in flight, by its names and
 * with its defaults.
 *
 * @param visibilityTimeout How long a message may be in the hands of a worker that says
 * nothing before another gets it, in whole seconds. A plain number is seconds. All peers
 * of one Redis must have the same.
 * @param unackedKey Key of the messages in flight. Must be the same for all peers.
 * @param unackedIndexKey Key of the times of the messages in flight. Must be the same for
 * all peers.
 * @param unackedMutexKey Key of the lock of the restore sweep. Must be the same for all
 * peers.
 * @param unackedMutexExpire How long the lock of the restore sweep lasts at most. A plain
 * number is seconds.
 * @param unackedRestoreLimit How many messages a restore sweep gives back at most.
 * Without it all that are due.
 * @param unackedRestoreInterval Longest time between two restore sweeps. A plain number
 * is seconds.
 * @param ownerTimeout How long a worker of celery-spring-boot may give no sign of life
 * before its messages go to others. A plain number is seconds; 0 waits for the visibility
 * timeout, as kombu does.
 */
@ConfigurationProperties("celery.broker-transport-options")
record BrokerUnackedProperties(
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("1h") Duration visibilityTimeout,
		@DefaultValue("unacked") String unackedKey, @DefaultValue("unacked_index") String unackedIndexKey,
		@DefaultValue("unacked_mutex") String unackedMutexKey,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("5m") Duration unackedMutexExpire,
		@Nullable Integer unackedRestoreLimit,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s") Duration unackedRestoreInterval,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s") Duration ownerTimeout) {

}
