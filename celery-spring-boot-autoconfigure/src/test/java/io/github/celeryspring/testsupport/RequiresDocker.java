package io.github.celeryspring.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * Skips tests where no Docker engine answers, but never in CI: there they fail.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresDocker.Condition.class)
public @interface RequiresDocker {

	/**
	 * Decides.
	 */
	class Condition implements ExecutionCondition {

		@Override
		public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
			if (Boolean.parseBoolean(System.getenv("CI"))) {
				return ConditionEvaluationResult.enabled("CI has to have Docker");
			}
			return DockerClientFactory.instance().isDockerAvailable()
					? ConditionEvaluationResult.enabled("Docker answers")
					: ConditionEvaluationResult.disabled("No Docker engine answers");
		}

	}

}
