package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.RedisSettingNames;
import io.lettuce.core.RedisCredentialsProvider;
import org.jspecify.annotations.Nullable;

/**
 * What the properties, or the lack of them, came to.
 *
 * @param broker the Redis of the broker
 * @param resultBackend the Redis of the results, or {@code null} for that of the broker
 * @param source why it is this broker, to be shown in brackets
 * @param names where the broker is configured
 * @param credentials what the application logs in with at the broker, or {@code null}
 */
record ResolvedConnectionDetails(RedisEndpoint broker, @Nullable RedisEndpoint resultBackend, String source,
		RedisSettingNames names, @Nullable RedisCredentialsProvider credentials) implements CeleryConnectionDetails {

	@Override
	public RedisEndpoint getBroker() {
		return this.broker;
	}

	@Override
	public @Nullable RedisEndpoint getResultBackend() {
		return this.resultBackend;
	}

}
