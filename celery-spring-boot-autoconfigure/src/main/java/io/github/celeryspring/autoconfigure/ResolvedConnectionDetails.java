package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.RedisSettingNames;
import org.jspecify.annotations.Nullable;

/**
 * What the properties, or the lack of them, came to.
 *
 * @param broker the Redis of the broker
 * @param resultBackend the Redis of the results, or {@code null} for that of the broker
 * @param source why it is this broker, to be shown in brackets
 * @param names where the broker is configured
 */
record ResolvedConnectionDetails(RedisEndpoint broker, @Nullable RedisEndpoint resultBackend, String source,
		RedisSettingNames names) implements CeleryConnectionDetails {

	@Override
	public RedisEndpoint getBroker() {
		return this.broker;
	}

	@Override
	public @Nullable RedisEndpoint getResultBackend() {
		return this.resultBackend;
	}

}
