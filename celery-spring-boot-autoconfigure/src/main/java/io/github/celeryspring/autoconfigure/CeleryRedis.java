package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.LettuceSettings;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;

/**
 * The connections of an application: those to the broker, which serve the results too
 * unless these are in another Redis.
 */
final class CeleryRedis implements AutoCloseable {

	private final RedisConnections broker;

	private final RedisConnections results;

	/**
	 * Creates the connections without connecting.
	 * @param details where the broker and the results are
	 * @param options names and timeouts of both
	 * @param settings what the application brings along for Lettuce
	 */
	CeleryRedis(CeleryConnectionDetails details, RedisConnectionOptions options, LettuceSettings settings) {
		RedisEndpoint results = details.getResultBackend();
		this.broker = new RedisConnections(details.getBroker(), options, settings, SettingNames.broker(details));
		this.results = (results == null || results.equals(details.getBroker())) ? this.broker
				: new RedisConnections(results, options, settings, SettingNames.results(details));
	}

	RedisConnections broker() {
		return this.broker;
	}

	RedisConnections results() {
		return this.results;
	}

	@Override
	public void close() {
		this.broker.close();
		if (this.results != this.broker) {
			this.results.close();
		}
	}

}
