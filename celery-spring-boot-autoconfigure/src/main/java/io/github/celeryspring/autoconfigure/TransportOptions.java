package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.kombu.DeadLetterPolicy;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;

/**
 * Turns {@code celery.broker-transport-options} and {@code celery.dead-letter} into what
 * the transport takes.
 */
final class TransportOptions {

	private TransportOptions() {
	}

	/**
	 * Makes the options of the transport.
	 * @param queues those about queues and exchanges
	 * @param unacked those about messages in flight
	 * @param deadLetters what becomes of messages that nobody can process
	 * @return the options
	 * @throws CeleryConfigurationException if a value makes no sense
	 */
	static RedisTransportOptions of(BrokerQueueProperties queues, BrokerUnackedProperties unacked,
			DeadLetterProperties deadLetters) {
		DeadLetterPolicy policy = CeleryConfigurationException.unlessIllegal((name) -> "celery.dead-letter." + name,
				() -> new DeadLetterPolicy(deadLetters.enabled(), deadLetters.maxLength(), deadLetters.maxAge()));
		RedisTransportOptions.Builder builder = RedisTransportOptions.builder().deadLetters(policy);
		set(builder, queues);
		set(builder, unacked);
		return CeleryConfigurationException.unlessIllegal(CeleryOptionKeys.BROKER::propertyOf, builder::build);
	}

	private static void set(RedisTransportOptions.Builder builder, BrokerQueueProperties queues) {
		builder.prioritySteps(queues.prioritySteps())
			.queueOrderStrategy(queues.queueOrderStrategy())
			.globalKeyprefix(queues.globalKeyprefix())
			.pollingInterval(queues.pollingInterval())
			.waitStrategy(queues.waitStrategy())
			.fanoutPrefix(fanoutPrefix(queues.fanoutPrefix()))
			.fanoutPatterns(queues.fanoutPatterns())
			.bodyEncoding(queues.bodyEncoding().option())
			.deadletterQueue(queues.deadletterQueue());
		String sep = queues.sep();
		if (sep != null) {
			builder.sep(sep);
		}
	}

	private static void set(RedisTransportOptions.Builder builder, BrokerUnackedProperties unacked) {
		builder.visibilityTimeout(unacked.visibilityTimeout())
			.unackedKey(unacked.unackedKey())
			.unackedIndexKey(unacked.unackedIndexKey())
			.unackedMutexKey(unacked.unackedMutexKey())
			.unackedMutexExpire(unacked.unackedMutexExpire())
			.unackedRestoreLimit(unacked.unackedRestoreLimit())
			.unackedRestoreInterval(unacked.unackedRestoreInterval())
			.ownerTimeout(unacked.ownerTimeout());
	}

	/**
	 * kombu takes a boolean or a prefix.
	 */
	private static String fanoutPrefix(String value) {
		if (value.equalsIgnoreCase("true")) {
			return RedisTransportOptions.DEFAULTS.fanoutPrefix();
		}
		return value.equalsIgnoreCase("false") ? "" : value;
	}

}
