package io.github.celeryspring.samples.benchmark;

import java.util.List;

import io.github.celeryspring.annotation.CeleryTask;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Tasks that do next to nothing.
 */
@Component
@ConditionalOnProperty(name = "bench.role", havingValue = "worker")
public class BenchmarkTasks {

	@CeleryTask("bench.noop")
	public void noop() {
		// nothing to do is the point
	}

	@CeleryTask("bench.add")
	public long add(long x, long y) {
		return x + y;
	}

	@CeleryTask("bench.total")
	public long total(List<Long> numbers) {
		return numbers.stream().mapToLong(Long::longValue).sum();
	}

}
