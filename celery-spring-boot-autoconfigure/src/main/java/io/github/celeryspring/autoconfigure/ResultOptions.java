package io.github.celeryspring.autoconfigure;

import java.time.Duration;

import io.github.celeryspring.result.redis.RedisResultOptions;
import io.github.celeryspring.result.redis.RedisResultOptions.RetryPolicy;

/**
 * Turns properties into what the result backend takes.
 */
final class ResultOptions {

	private ResultOptions() {
	}

	/**
	 * Makes the options of the result backend.
	 * @param resultExpires how long results are kept
	 * @param properties {@code celery.result-backend-transport-options}
	 * @return the options
	 * @throws CeleryConfigurationException if a value makes no sense
	 */
	static RedisResultOptions of(Duration resultExpires, ResultBackendProperties properties) {
		ResultBackendProperties.RetryPolicyProperties policy = properties.retryPolicy();
		RetryPolicy retry = CeleryConfigurationException.unlessIllegal(CeleryOptionKeys.RESULTS::propertyOf,
				() -> new RetryPolicy((policy.maxRetries() >= 0) ? policy.maxRetries() : null, policy.intervalStart(),
						policy.intervalStep(), policy.intervalMax(), policy.timeout()));
		return CeleryConfigurationException.unlessIllegal((name) -> "celery." + name,
				() -> new RedisResultOptions(resultExpires, properties.globalKeyprefix(),
						properties.resultChordOrdered(), retry));
	}

}
