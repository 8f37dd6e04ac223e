package io.github.celeryspring.samples.benchmark;

import io.github.celeryspring.annotation.CeleryTask;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * The task that does nothing; its result, {@code null}, is stored.
 */
@Component
@ConditionalOnProperty(name = "bench.role", havingValue = "worker")
public class NoopTask {

	@CeleryTask("bench.noop")
	public void noop() {
		// nothing to do is the point
	}

}
