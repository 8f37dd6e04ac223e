package io.github.celeryspring.samples.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;

import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CeleryOperations;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Sends from one thread.
 */
@Component
@ConditionalOnProperty(name = "bench.role", havingValue = "client")
class Client implements ApplicationRunner {

	private static final int BATCH = 500;

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final CeleryOperations celery;

	private final Workflows workflows;

	Client(CeleryOperations celery) {
		this.celery = celery;
		this.workflows = new Workflows(celery);
	}

	@Override
	public void run(ApplicationArguments args) throws IOException {
		StepLoop.run((step, count, queue) -> switch (step) {
			case "send" -> send(count, queue);
			case "sendAll" -> sendAll(count, queue);
			case "roundtrip" -> roundtrip(count, queue);
			case "chain" -> this.workflows.chain(count);
			case "group" -> this.workflows.group(count);
			case "chord" -> this.workflows.chord(count);
			default -> throw new IllegalArgumentException(step);
		});
	}

	private String send(int count, String queue) {
		long started = System.nanoTime();
		for (int i = 0; i < count; i++) {
			this.celery.task("bench.noop").queue(queue).send();
		}
		return StepLoop.seconds(started);
	}

	private String sendAll(int count, String queue) {
		TaskSignature noop = this.celery.task("bench.noop").queue(queue).signature();
		long started = System.nanoTime();
		for (int sent = 0; sent < count; sent += BATCH) {
			this.celery.sendAll(Collections.nCopies(Math.min(BATCH, count - sent), noop));
		}
		return StepLoop.seconds(started);
	}

	private String roundtrip(int count, String queue) {
		double[] millis = new double[count];
		for (int i = 0; i < count; i++) {
			long started = System.nanoTime();
			this.celery.task("bench.noop").queue(queue).send().get(TIMEOUT);
			millis[i] = (System.nanoTime() - started) / 1e6;
		}
		return "{\"millis\": " + Arrays.toString(millis) + "}";
	}

}
