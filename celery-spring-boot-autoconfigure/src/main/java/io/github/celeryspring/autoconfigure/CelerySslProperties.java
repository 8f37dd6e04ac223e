package io.github.celeryspring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * TLS by a bundle of Spring Boot.
 *
 * @param bundle Name of the SSL bundle for the connections to the broker and to the Redis
 * in celery.result-backend. Turns TLS on, also for redis:// and sentinel:// URLs.
 */
@ConfigurationProperties("celery.ssl")
record CelerySslProperties(@Nullable String bundle) {

}
