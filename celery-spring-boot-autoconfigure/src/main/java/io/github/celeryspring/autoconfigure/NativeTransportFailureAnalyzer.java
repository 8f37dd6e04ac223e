package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.NativeTransportMissingException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a {@link NativeTransportMissingException}.
 */
class NativeTransportFailureAnalyzer extends AbstractFailureAnalyzer<NativeTransportMissingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NativeTransportMissingException cause) {
		return new FailureAnalysis("'" + CeleryUrls.BROKER + "' or '" + CeleryUrls.RESULTS + "' is a unix socket, which"
				+ " needs netty's native transport, but that is not on the class path or does not work on this machine.",
				cause.getRemedy(), cause);
	}

}
