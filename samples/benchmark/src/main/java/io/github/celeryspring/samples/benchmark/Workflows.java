package io.github.celeryspring.samples.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.Signatures;
import io.github.celeryspring.canvas.TaskName;
import io.github.celeryspring.client.CeleryOperations;

/**
 * Workflows of a given size, timed from the call that sends them until their result is
 * here.
 */
final class Workflows {

	private static final TaskName<Long> ADD = TaskName.of("bench.add", Long.class);

	private static final TaskName<Long> TOTAL = TaskName.of("bench.total", Long.class);

	private static final Duration TIMEOUT = Duration.ofMinutes(5);

	private final CeleryOperations celery;

	Workflows(CeleryOperations celery) {
		this.celery = celery;
	}

	String chain(int count) {
		long started = System.nanoTime();
		List<? extends Signature> steps = LongStream.range(0, count)
			.mapToObj((i) -> (i == 0) ? ADD.s(0, 1) : ADD.s(1))
			.toList();
		return checked(started, (long) count, this.celery.send(Signatures.chain(steps)).as(Long.class).get(TIMEOUT));
	}

	String group(int count) {
		long started = System.nanoTime();
		List<Long> expected = LongStream.range(0, count).boxed().toList();
		return checked(started, expected, this.celery.send(header(count)).asListOf(Long.class).get(TIMEOUT));
	}

	String chord(int count) {
		long started = System.nanoTime();
		return checked(started, (count - 1L) * count / 2,
				this.celery.send(Signatures.chord(header(count), TOTAL.s())).as(Long.class).get(TIMEOUT));
	}

	private static Group header(int count) {
		return Signatures.group(LongStream.range(0, count).mapToObj((i) -> ADD.s(i, 0)));
	}

	private static String checked(long started, Object expected, Object result) {
		if (!expected.equals(result)) {
			throw new IllegalStateException(result + " instead of " + expected);
		}
		return StepLoop.seconds(started);
	}

}
