package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.RedisSettingNames;

/**
 * Where users configure each Redis, for messages about refused connections.
 */
final class SettingNames {

	private static final String BUNDLE = "celery.ssl.bundle";

	static final RedisSettingNames BROKER = new RedisSettingNames(CeleryUrls.BROKER, BUNDLE);

	static final RedisSettingNames RESULTS = new RedisSettingNames(CeleryUrls.RESULTS, BUNDLE);

	static final RedisSettingNames DATA_REDIS = new RedisSettingNames("spring.data.redis.url",
			"spring.data.redis.ssl.bundle");

	private static final RedisSettingNames BEAN = new RedisSettingNames("the CeleryConnectionDetails bean",
			"the CeleryConnectionDetails bean");

	private SettingNames() {
	}

	static RedisSettingNames broker(CeleryConnectionDetails details) {
		return (details instanceof ResolvedConnectionDetails resolved) ? resolved.names() : BEAN;
	}

	static RedisSettingNames results(CeleryConnectionDetails details) {
		return (details instanceof ResolvedConnectionDetails) ? RESULTS : BEAN;
	}

}
