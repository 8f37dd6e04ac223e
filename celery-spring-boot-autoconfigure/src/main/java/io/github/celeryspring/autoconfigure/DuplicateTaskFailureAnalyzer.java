package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.task.DuplicateTaskException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a {@link DuplicateTaskException}.
 */
class DuplicateTaskFailureAnalyzer extends AbstractFailureAnalyzer<DuplicateTaskException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DuplicateTaskException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Give one of them another name: @CeleryTask(\"...\"). Peers find a task by its name alone.", cause);
	}

}
