package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.RedisEndpoint;

/**
 * A Redis that comes with the application, for one that has configured none. Declared as
 * a bean, it is asked once, and only if nothing else says where the broker is.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface EmbeddedBroker {

	/**
	 * Starts the Redis. The bean stops it when it is destroyed.
	 * @return where it is
	 */
	RedisEndpoint start();

}
