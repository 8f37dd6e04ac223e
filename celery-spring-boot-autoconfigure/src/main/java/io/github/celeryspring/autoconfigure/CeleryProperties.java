package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.github.celeryspring.kombu.redis.RedisTransportOptions.QueueOrderStrategy;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.WaitStrategy;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Celery's settings about the broker and the results.
 *
 * @param brokerUrl URL of the broker: redis:// or rediss://. Without it, in this order:
 * the application's Spring Data Redis connection if it configured one, the embedded
 * redis-server if its jar is there, redis://localhost:6379/0.
 * @param brokerTransportOptions Options of the Redis transport.
 * @param resultBackend URL of the Redis for the results, or 'disabled://' to keep none.
 * Without it the broker's Redis stores them.
 * @param resultBackendTransportOptions Options of the Redis result backend.
 * @param resultExpires How long results are kept. A plain number is seconds; 0 keeps them
 * for ever.
 * @param jsonTaggedTypes Whether dates, times, UUIDs, decimals and bytes are written as
 * kombu's '__type__' objects, which Python turns into its own types again. Set to false
 * for peers older than kombu 5.3: they get plain ISO text.
 */
@ConfigurationProperties("celery")
record CeleryProperties(@Nullable String brokerUrl, @DefaultValue BrokerTransportOptions brokerTransportOptions,
		@Nullable String resultBackend, @DefaultValue ResultBackendTransportOptions resultBackendTransportOptions,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("1d") Duration resultExpires,
		@DefaultValue("true") boolean jsonTaggedTypes) {

	/**
	 * Shows no URL: there may be a password in it.
	 */
	@Override
	public String toString() {
		return "CeleryProperties";
	}

	/**
	 * kombu's transport options, by its names and with its defaults.
	 *
	 * @param visibilityTimeout How long a message may be in the hands of a worker that
	 * says nothing before another gets it. A plain number is seconds. All peers of one
	 * Redis must have the same.
	 * @param unackedKey Key of the messages in flight.
	 * @param unackedIndexKey Key of the times of the messages in flight.
	 * @param unackedMutexKey Key of the lock of the restore sweep.
	 * @param unackedMutexExpire How long the lock of the restore sweep lasts at most. A
	 * plain number is seconds.
	 * @param unackedRestoreLimit How many messages a restore sweep gives back at most.
	 * Without it all that are due.
	 * @param unackedRestoreInterval Time between two restore sweeps. A plain number is
	 * seconds.
	 * @param prioritySteps The priorities that have a list of their own, ascending from
	 * 0. Must be the same for all peers.
	 * @param sep Separator between the name of a queue and its priority; kombu's are the
	 * bytes 0x06 and 0x16. Must be the same for all peers.
	 * @param queueOrderStrategy Which of several queues is asked first.
	 * @param globalKeyprefix Prefix of all keys of the broker. Must be the same for all
	 * peers.
	 * @param pollingInterval Longest time between two looks at the queues while waiting.
	 * A plain number is seconds. Without it 5 seconds, or 1 with the wait strategy
	 * 'brpop'.
	 * @param waitStrategy How to wait for messages: told by Redis when a queue changes,
	 * or blocking as kombu does, which can lose a message when the connection breaks.
	 * @param socketTimeout Longest time for one Redis command. A plain number is seconds.
	 * @param socketConnectTimeout Longest time to connect to Redis. A plain number is
	 * seconds.
	 * @param clientName Name of the connections in Redis' CLIENT LIST.
	 */
	record BrokerTransportOptions(
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("1h") Duration visibilityTimeout,
			@DefaultValue("unacked") String unackedKey, @DefaultValue("unacked_index") String unackedIndexKey,
			@DefaultValue("unacked_mutex") String unackedMutexKey,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("5m") Duration unackedMutexExpire,
			@Nullable Integer unackedRestoreLimit,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s") Duration unackedRestoreInterval,
			@DefaultValue( {
					"0", "3", "6", "9" }) List<Integer> prioritySteps,
			@Nullable String sep, @DefaultValue("round-robin") QueueOrderStrategy queueOrderStrategy,
			@DefaultValue("") String globalKeyprefix,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration pollingInterval,
			@DefaultValue("tracking") WaitStrategy waitStrategy,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s") Duration socketTimeout,
			@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("5s") Duration socketConnectTimeout,
			@DefaultValue("celery-spring") String clientName){

	}

	/**
	 * Celery's options of the Redis result backend.
	 *
	 * @param globalKeyprefix Prefix of all keys of results. Celery's rule: an underscore
	 * follows it unless it ends with one of ':', '_', '-' and '.'.
	 */
	record ResultBackendTransportOptions(@DefaultValue("") String globalKeyprefix) {

	}

}
