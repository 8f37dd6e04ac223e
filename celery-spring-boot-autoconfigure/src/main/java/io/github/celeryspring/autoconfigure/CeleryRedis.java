package io.github.celeryspring.autoconfigure;

import java.util.function.UnaryOperator;

import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

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
	 * @param resources Lettuce's threads, or {@code null} to own some
	 * @param customizer the application's changes of Lettuce's options
	 */
	CeleryRedis(CeleryConnectionDetails details, RedisConnectionOptions options, @Nullable ClientResources resources,
			UnaryOperator<ClientOptions.Builder> customizer) {
		RedisEndpoint results = details.getResultBackend();
		this.broker = new RedisConnections(details.getBroker(), options, resources, customizer);
		this.results = (results == null || results.equals(details.getBroker())) ? this.broker
				: new RedisConnections(results, options, resources, customizer);
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
