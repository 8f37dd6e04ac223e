package io.github.celeryspring.embedded;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The embedded default.
 *
 * @param enabled Whether a redis-server is started when no Redis is configured and
 * org.signal:embedded-redis is on the class path.
 * @param port Port of the embedded redis-server on the loopback address; 0 for a free
 * one.
 */
@ConfigurationProperties("celery.embedded-redis")
record EmbeddedRedisProperties(@DefaultValue("true") boolean enabled, @DefaultValue("0") int port) {

}
