package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.autoconfigure.CeleryProperties.BrokerTransportOptions;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.redis.RedisConnectionOptions;

/**
 * Turns {@code celery.broker-transport-options} into what the transport and its
 * connections take.
 */
final class TransportOptions {

	private TransportOptions() {
	}

	static RedisConnectionOptions connections(BrokerTransportOptions options) {
		return CeleryConfigurationException.unlessIllegal(OptionKeys.BROKER.property(),
				() -> new RedisConnectionOptions(options.clientName(), options.socketTimeout(),
						options.socketConnectTimeout()));
	}

	static RedisTransportOptions transport(BrokerTransportOptions options) {
		return CeleryConfigurationException.unlessIllegal(OptionKeys.BROKER.property(), () -> {
			RedisTransportOptions.Builder builder = RedisTransportOptions.builder()
				.visibilityTimeout(options.visibilityTimeout())
				.unackedKey(options.unackedKey())
				.unackedIndexKey(options.unackedIndexKey())
				.unackedMutexKey(options.unackedMutexKey())
				.unackedMutexExpire(options.unackedMutexExpire())
				.unackedRestoreLimit(options.unackedRestoreLimit())
				.unackedRestoreInterval(options.unackedRestoreInterval())
				.prioritySteps(options.prioritySteps())
				.queueOrderStrategy(options.queueOrderStrategy())
				.globalKeyprefix(options.globalKeyprefix())
				.pollingInterval(options.pollingInterval())
				.waitStrategy(options.waitStrategy());
			String sep = options.sep();
			if (sep != null) {
				builder.sep(sep);
			}
			return builder.build();
		});
	}

}
