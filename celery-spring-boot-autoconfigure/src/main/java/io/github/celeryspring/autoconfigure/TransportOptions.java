package io.github.celeryspring.autoconfigure;

import java.util.function.Supplier;

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
		return checked(() -> new RedisConnectionOptions(options.clientName(), options.socketTimeout(),
				options.socketConnectTimeout()));
	}

	static RedisTransportOptions transport(BrokerTransportOptions options) {
		return checked(() -> {
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

	private static <T> T checked(Supplier<T> options) {
		try {
			return options.get();
		}
		catch (IllegalArgumentException ex) {
			throw new CeleryConfigurationException(
					"'" + OptionKeys.BROKER.property() + "' has a value that cannot be used: " + ex.getMessage() + ".",
					"Correct the option. Most must be the same for all peers, Python's included.", ex);
		}
	}

}
