package io.github.celeryspring.testsupport;

import java.util.ArrayList;
import java.util.List;

/**
 * A Java worker in a JVM of its own, that can be killed or stopped. It runs
 * {@link RecordingTasks} and signs with its name.
 */
public final class WorkerProcess implements AutoCloseable {

	private final String name;

	private final ChildProcess process;

	private WorkerProcess(String name, ChildProcess process) {
		this.name = name;
		this.process = process;
	}

	/**
	 * Starts the JVM, but not yet the worker in it.
	 * @param redis the server
	 * @param name how it signs its marks
	 * @param queue what it consumes
	 * @param visibilityTimeout in seconds
	 * @param concurrency its task threads
	 * @return the process; {@link #go()} starts the worker
	 */
	public static WorkerProcess prepare(RedisServerExtension redis, String name, String queue, int visibilityTimeout,
			int concurrency) {
		return prepare(redis.port(), redis.port(), name, queue, visibilityTimeout, concurrency);
	}

	/**
	 * Starts the JVM, but not yet the worker in it.
	 * @param port of the broker
	 * @param marks the port of the server with the marks
	 * @param name how it signs its marks
	 * @param queue what it consumes
	 * @param visibilityTimeout in seconds
	 * @param concurrency its task threads
	 * @return the process; {@link #go()} starts the worker
	 */
	public static WorkerProcess prepare(int port, int marks, String name, String queue, int visibilityTimeout,
			int concurrency) {
		return prepare(ChildJvm.command(), port, marks, name, queue, visibilityTimeout, concurrency);
	}

	/**
	 * As the first, with an owner timeout that is shorter than usual.
	 * @param redis the server
	 * @param name how it signs its marks
	 * @param queue what it consumes
	 * @param visibilityTimeout in seconds
	 * @param ownerTimeout in seconds
	 * @param concurrency its task threads
	 * @return the process; {@link #go()} starts the worker
	 */
	public static WorkerProcess prepare(RedisServerExtension redis, String name, String queue, int visibilityTimeout,
			int ownerTimeout, int concurrency) {
		List<String> jvm = new ArrayList<>(ChildJvm.command());
		jvm.add("-Dcelery.test.owner-timeout=" + ownerTimeout);
		return prepare(jvm, redis.port(), redis.port(), name, queue, visibilityTimeout, concurrency);
	}

	private static WorkerProcess prepare(List<String> jvm, int port, int marks, String name, String queue,
			int visibilityTimeout, int concurrency) {
		List<String> command = new ArrayList<>(jvm);
		command.addAll(List.of(WorkerMain.class.getName(), String.valueOf(port), name, queue,
				String.valueOf(visibilityTimeout), String.valueOf(concurrency), String.valueOf(marks)));
		return new WorkerProcess(name, ChildProcess.start(new ProcessBuilder(command)));
	}

	/**
	 * Starts the worker and waits until it consumes.
	 * @return this
	 */
	public WorkerProcess go() {
		this.process.awaitLine("warm"::equals);
		this.process.writeLine("go");
		this.process.awaitLine("ready"::equals);
		return this;
	}

	/**
	 * How it signs its marks.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * {@code kill -9}.
	 */
	public void kill() {
		this.process.kill();
	}

	/**
	 * {@code kill -STOP}: it does nothing any more, but keeps its connections.
	 */
	public void freeze() {
		this.process.signal("STOP");
	}

	/**
	 * {@code kill -CONT}: it goes on as if nothing had happened.
	 */
	public void thaw() {
		this.process.signal("CONT");
	}

	/**
	 * Stops it gracefully and waits for its end.
	 */
	public void stop() {
		this.process.writeLine("stop");
		this.process.awaitLine("stopped"::equals);
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Its log so far.
	 * @return the output
	 */
	public String log() {
		return this.process.output();
	}

	@Override
	public void close() {
		this.process.close();
	}

}
