package io.github.celeryspring.testsupport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.github.celeryspring.redis.RedisEndpoint;

/**
 * The main class of a {@link WorkerProcess}. It gets ready, prints {@code warm}, starts
 * the worker when it reads {@code go}, prints {@code ready}, stops gracefully at
 * {@code stop}, and ends with the test's JVM. A rehearsal is one task, for itself.
 */
final class WorkerMain {

	static final String REHEARSAL = "rehearsal";

	private WorkerMain() {
	}

	public static void main(String[] args) throws IOException {
		int port = Integer.parseInt(args[0]);
		String name = args[1];
		RecordingTasks tasks = new RecordingTasks(Integer.parseInt(args[5]), name);
		JavaApp app = JavaApp.builder(new RedisEndpoint.Standalone("127.0.0.1", port, 0, null, null, null))
			.name(name)
			.queues(args[2])
			.visibilityTimeout(Duration.ofSeconds(Integer.parseInt(args[3])))
			.ownerTimeout(Duration.ofSeconds(Integer.getInteger("celery.test.owner-timeout", 10)))
			.concurrency(Integer.parseInt(args[4]))
			.tasks((self) -> tasks.handlers())
			.build();
		System.out.println("warm");
		if (args[args.length - 1].equals(REHEARSAL)) {
			app.start();
			app.celery().task("shared.record").args(0).queue(args[2]).send().get(Duration.ofSeconds(10));
		}
		else {
			awaitLine("go");
			app.start();
			System.out.println("ready");
			awaitLine("stop");
		}
		app.close();
		tasks.close();
		System.out.println("stopped");
		System.exit(0);
	}

	private static void awaitLine(String wanted) throws IOException {
		byte[] line = (wanted + "\n").getBytes(StandardCharsets.UTF_8);
		if (System.in.readNBytes(line.length).length < line.length) {
			Runtime.getRuntime().halt(1);
		}
	}

}
