package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.QueueOrderStrategy;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.WaitStrategy;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Those of kombu's transport options that are about queues and exchanges, by its names
 * and with its defaults.
 *
 * @param prioritySteps The priorities that have a list of their own, ascending from 0.
 * Must be the same for all peers.
 * @param sep Separator between the name of a queue and its priority; kombu's are the
 * bytes 0x06 and 0x16. Must be the same for all peers.
 * @param queueOrderStrategy Which of several queues is asked first.
 * @param globalKeyprefix Prefix of all keys of the broker. Must be the same for all
 * peers.
 * @param pollingInterval Longest time between two looks at the queues while waiting. A
 * plain number is seconds. Without it 5 seconds, or 1 with the wait strategy 'brpop'.
 * @param waitStrategy How to wait for messages: told by Redis when a queue changes, or
 * blocking as kombu does, which can lose a message when the connection breaks.
 * @param fanoutPrefix Prefix of the channels of fanout exchanges: true is '/{db}.' with
 * the number of the database, false is none; else it begins with a slash and ends with a
 * dot. Must be the same for all peers.
 * @param fanoutPatterns Whether the routing key is part of the channel of a fanout
 * exchange. Must be the same for all peers.
 * @param bodyEncoding How the body of a message is written: in base64, or as text that
 * can be read in Redis. Every peer reads both.
 * @param deadletterQueue Queue for messages that no queue is bound for. Without it they
 * are refused when they are sent.
 */
@ConfigurationProperties("celery.broker-transport-options")
record BrokerQueueProperties(@DefaultValue( {
		"0", "3", "6", "9" }) List<Integer> prioritySteps, @Nullable String sep,
		@DefaultValue("round-robin") QueueOrderStrategy queueOrderStrategy, @DefaultValue("") String globalKeyprefix,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration pollingInterval,
		@DefaultValue("tracking") WaitStrategy waitStrategy, @DefaultValue("true") String fanoutPrefix,
		@DefaultValue("true") boolean fanoutPatterns, @DefaultValue("base64") BodyEncoding bodyEncoding,
		@Nullable String deadletterQueue){

	/**
	 * kombu's values of {@code body_encoding}.
	 */
	enum BodyEncoding {

		/** For any body. */
		BASE64,

		/** Readable in Redis. */
		UTF_8,

		/** kombu's other word for the same. */
		NONE;

		RedisTransportOptions.BodyEncoding option() {
			return (this == BASE64) ? RedisTransportOptions.BodyEncoding.BASE64
					: RedisTransportOptions.BodyEncoding.UTF_8;
		}

	}

}
