package io.github.celeryspring.eta;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.celeryspring.testsupport.ChildProcess;
import io.github.celeryspring.testsupport.RedisServerExtension;

/**
 * {@link EtaWorkerMain} in a JVM of its own.
 */
final class EtaWorkerProcess implements AutoCloseable {

	private final ChildProcess process;

	private EtaWorkerProcess(ChildProcess process) {
		this.process = process;
	}

	/**
	 * Starts it and waits until it consumes.
	 * @param redis the server
	 * @param queue what it consumes
	 * @param megabytes the heap it gets
	 * @param properties such as {@code celery.worker-concurrency=2}
	 * @return the process
	 */
	static EtaWorkerProcess start(RedisServerExtension redis, String queue, int megabytes, String... properties) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
						"-Xmx" + megabytes + "m", "-XX:+ExitOnOutOfMemoryError", "-cp",
						System.getProperty("java.class.path"), EtaWorkerMain.class.getName(),
						"--celery.broker-url=" + redis.url(), "--celery.worker-queues=" + queue));
		for (String property : properties) {
			command.add("--" + property);
		}
		ChildProcess process = ChildProcess.start(new ProcessBuilder(command));
		process.awaitLine("ready"::equals);
		return new EtaWorkerProcess(process);
	}

	/**
	 * Its heap.
	 * @return {@code heap <bytes in use> <bytes at most>}
	 */
	String heap() {
		this.process.writeLine("heap");
		return this.process.awaitLine((line) -> line.startsWith("heap "));
	}

	String log() {
		return this.process.output();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/** {@code kill -9}. */
	void kill() {
		this.process.kill();
	}

	@Override
	public void close() {
		this.process.close();
	}

}
