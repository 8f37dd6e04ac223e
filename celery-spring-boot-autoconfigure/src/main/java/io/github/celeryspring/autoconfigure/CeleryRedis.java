package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.LettuceSettings;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.RedisSettingNames;
import io.lettuce.core.RedisCredentialsProvider;
import org.jspecify.annotations.Nullable;

/**
 * The connections of an application: those to the broker, which serve the results too
 * unless these are in another Redis or are to be spoken to in another way.
 */
final class CeleryRedis implements AutoCloseable {

	private final RedisConnections broker;

	private final RedisConnections results;

	/**
	 * Creates the connections without connecting.
	 * @param details where the broker and the results are
	 * @param brokerOptions names and timeouts of those to the broker
	 * @param resultOptions names and timeouts of those to the results
	 * @param settings what the application brings along for Lettuce; its credentials are
	 * for endpoints that do not say how to log in
	 */
	CeleryRedis(CeleryConnectionDetails details, RedisConnectionOptions brokerOptions,
			RedisConnectionOptions resultOptions, LettuceSettings settings) {
		RedisEndpoint endpoint = details.getBroker();
		RedisEndpoint elsewhere = details.getResultBackend();
		Target broker = new Target(endpoint, brokerOptions, credentials(details, settings));
		RedisSettingNames brokerNames = SettingNames.broker(details);
		Target results = (elsewhere != null && !elsewhere.equals(endpoint))
				? new Target(elsewhere, resultOptions, credentials(elsewhere, settings))
				: new Target(endpoint, resultOptions, broker.credentials());
		this.broker = broker.connections(settings, brokerNames);
		this.results = results.equals(broker) ? this.broker
				: results.connections(settings, (elsewhere != null) ? SettingNames.results(details) : brokerNames);
	}

	private static @Nullable RedisCredentialsProvider credentials(CeleryConnectionDetails details,
			LettuceSettings settings) {
		return (details instanceof ResolvedConnectionDetails resolved && resolved.credentials() != null)
				? resolved.credentials() : credentials(details.getBroker(), settings);
	}

	private static @Nullable RedisCredentialsProvider credentials(RedisEndpoint endpoint, LettuceSettings settings) {
		return EndpointLogin.isIn(endpoint) ? null : settings.credentials();
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

	/**
	 * What makes connections different from others.
	 *
	 * @param endpoint where they go
	 * @param options names and timeouts
	 * @param credentials what they log in with, or {@code null} for what the endpoint
	 * says
	 */
	private record Target(RedisEndpoint endpoint, RedisConnectionOptions options,
			@Nullable RedisCredentialsProvider credentials) {

		RedisConnections connections(LettuceSettings settings, RedisSettingNames names) {
			return new RedisConnections(this.endpoint, this.options,
					new LettuceSettings(settings.resources(), settings.customizer(), this.credentials), names);
		}

	}

}
