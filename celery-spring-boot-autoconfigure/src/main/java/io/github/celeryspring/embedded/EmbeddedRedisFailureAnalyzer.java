package io.github.celeryspring.embedded;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains an {@link EmbeddedRedisException}.
 */
class EmbeddedRedisFailureAnalyzer extends AbstractFailureAnalyzer<EmbeddedRedisException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EmbeddedRedisException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"It is started because no Redis is configured. Start one yourself and set 'celery.broker-url', or set"
						+ " 'celery.embedded-redis.port' to another port or to 0 for a free one.",
				cause);
	}

}
