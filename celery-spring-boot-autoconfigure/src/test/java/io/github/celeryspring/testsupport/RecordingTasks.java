package io.github.celeryspring.testsupport;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.task.TaskHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import tools.jackson.databind.JsonNode;

/**
 * Tasks that leave {@link Marks}, as {@code tasks.py} has them too.
 * <p>
 * {@code shared.record(seconds)} works for a while; {@code shared.gate()} works until
 * something is pushed onto {@code gate:<worker>}. Both return the name of the worker.
 */
public final class RecordingTasks implements AutoCloseable {

	private final String worker;

	private final RedisClient client;

	private final StatefulRedisConnection<String, String> marks;

	/**
	 * Connects.
	 * @param port of the Redis
	 * @param worker how to sign the marks
	 */
	public RecordingTasks(int port, String worker) {
		this.worker = worker;
		this.client = RedisClient.create(RedisURI.create("127.0.0.1", port));
		this.marks = this.client.connect();
	}

	/**
	 * The tasks.
	 * @return names and handlers
	 */
	public Map<String, TaskHandler> handlers() {
		return Map.of("shared.record", this::record, "shared.gate", this::gate);
	}

	private Object record(TaskContext context, TaskBody body) {
		mark("start", context);
		pause(((JsonNode) body.args().get(0)).asDouble());
		mark("finish", context);
		return this.worker;
	}

	private static void pause(double seconds) {
		long deadline = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
		for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	private Object gate(TaskContext context, TaskBody body) {
		try (StatefulRedisConnection<String, String> waiting = this.client.connect()) {
			mark("start", context);
			waiting.sync().blpop(50, "gate:" + this.worker);
			mark("finish", context);
		}
		return this.worker;
	}

	private void mark(String what, TaskContext context) {
		this.marks.sync().rpush(Marks.KEY, Marks.Mark.now(what, context.id(), this.worker).toString());
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

}
