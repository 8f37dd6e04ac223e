package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.task.TaskMethodException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a {@link TaskMethodException}.
 */
class TaskMethodFailureAnalyzer extends AbstractFailureAnalyzer<TaskMethodException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TaskMethodException cause) {
		return new FailureAnalysis(cause.getProblem(), cause.getRemedy(), cause);
	}

}
