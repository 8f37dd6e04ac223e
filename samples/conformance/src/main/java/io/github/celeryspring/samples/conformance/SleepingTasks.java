package io.github.celeryspring.samples.conformance;

import java.util.concurrent.TimeUnit;

import io.github.celeryspring.annotation.CeleryTask;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.stereotype.Component;

/**
 * Tasks that take their time.
 */
@Component
class SleepingTasks {

	@CeleryTask(Tasks.PREFIX + "sleeping")
	void sleeping(double i) throws InterruptedException {
		sleep(i);
	}

	@CeleryTask(Tasks.PREFIX + "delayed_sum")
	JsonNode delayedSum(JsonNode numbers, @Nullable Double pauseTime) throws InterruptedException {
		sleep((pauseTime != null) ? pauseTime : 1);
		return PythonValues.sum(numbers);
	}

	@CeleryTask(Tasks.PREFIX + "delayed_sum_with_soft_guard")
	JsonNode delayedSumWithSoftGuard(JsonNode numbers, @Nullable Double pauseTime) {
		try {
			return delayedSum(numbers, pauseTime);
		}
		catch (InterruptedException ex) {
			// The soft time limit interrupts what the task waits for.
			return JsonNodeFactory.instance.numberNode(0);
		}
	}

	private static void sleep(double seconds) throws InterruptedException {
		TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
	}

}
