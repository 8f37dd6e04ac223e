package io.github.celeryspring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a {@link CeleryConfigurationException}.
 */
class CeleryConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<CeleryConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, CeleryConfigurationException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.getAction(), cause);
	}

}
