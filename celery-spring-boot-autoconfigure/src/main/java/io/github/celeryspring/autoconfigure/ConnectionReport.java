package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.RedisEndpoint;
import org.springframework.util.StringUtils;

/**
 * The line that says at start-up which Redis is used and why. Shows no secrets.
 */
final class ConnectionReport {

	private ConnectionReport() {
	}

	static String of(CeleryConnectionDetails details, CeleryProperties properties) {
		return "Celery broker is " + text(details.getBroker()) + " (" + source(details, properties) + "); "
				+ results(details, properties);
	}

	private static String source(CeleryConnectionDetails details, CeleryProperties properties) {
		if (details instanceof ResolvedConnectionDetails resolved) {
			return resolved.source();
		}
		return "from the CeleryConnectionDetails bean"
				+ (StringUtils.hasText(properties.brokerUrl()) ? " instead of " + CeleryUrls.BROKER : "");
	}

	private static String results(CeleryConnectionDetails details, CeleryProperties properties) {
		if (CeleryUrls.resultsDisabled(properties)) {
			return "no results are kept (" + CeleryUrls.RESULTS + " is disabled://)";
		}
		RedisEndpoint results = details.getResultBackend();
		return "results are in "
				+ ((results != null && !results.equals(details.getBroker())) ? text(results) : "the same Redis");
	}

	/**
	 * Of Sentinels the URL does not tell how their master is spoken to.
	 */
	private static String text(RedisEndpoint endpoint) {
		return endpoint + ((endpoint instanceof RedisEndpoint.Sentinel && endpoint.tls() != null) ? " with TLS" : "");
	}

}
