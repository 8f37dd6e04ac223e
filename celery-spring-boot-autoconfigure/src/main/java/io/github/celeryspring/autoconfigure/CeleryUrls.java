package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.CeleryRedisUrl;
import io.github.celeryspring.redis.InvalidRedisUrlException;
import io.github.celeryspring.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * Reads the two URL properties, and names them when they are wrong.
 */
final class CeleryUrls {

	static final String BROKER = "celery.broker-url";

	static final String RESULTS = "celery.result-backend";

	private CeleryUrls() {
	}

	static @Nullable RedisEndpoint broker(CeleryProperties properties) {
		String url = properties.brokerUrl();
		return StringUtils.hasText(url) ? parse(BROKER, url) : null;
	}

	static @Nullable RedisEndpoint results(CeleryProperties properties) {
		String url = properties.resultBackend();
		return (StringUtils.hasText(url) && !resultsDisabled(properties)) ? parse(RESULTS, url) : null;
	}

	static boolean resultsDisabled(CeleryProperties properties) {
		String url = properties.resultBackend();
		return url != null && (url.strip().equals("disabled://") || url.strip().equals("disabled"));
	}

	private static RedisEndpoint parse(String property, String url) {
		try {
			return CeleryRedisUrl.parse(url);
		}
		catch (InvalidRedisUrlException ex) {
			String action = "Correct '" + property + "'. " + ex.getRemedy()
					+ (property.equals(RESULTS) ? " To keep no results write disabled://." : "");
			throw new CeleryConfigurationException(
					"'" + property + "' is '" + ex.getUrl() + "', which cannot be used: " + ex.getReason() + ".",
					action, ex);
		}
	}

}
