package io.github.celeryspring.testsupport;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

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
 * <p>
 * The others are parts of canvases: {@code shared.add(...)}, {@code shared.sum(list)},
 * {@code shared.fail()} and the errback {@code shared.told(id)}, which also marks
 * {@code told:<id>}. They work for {@code pause} seconds, and mark a message that was not
 * delivered before as {@code first}.
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
		return Map.of("shared.record", this::record, "shared.gate", this::gate, "shared.add",
				(context, body) -> step(context, body, () -> sum(body.args())), "shared.sum",
				(context, body) -> step(context, body, () -> sum(((JsonNode) body.args().get(0)).values())),
				"shared.fail", (context, body) -> step(context, body, () -> {
					throw new IllegalStateException("for ever");
				}), "shared.told", this::told);
	}

	private Object step(TaskContext context, TaskBody body, Supplier<Object> work) {
		if (!context.redelivered()) {
			mark("first", context);
		}
		mark("start", context);
		pause((body.kwargs().get("pause") instanceof JsonNode seconds) ? seconds.asDouble() : 0);
		mark("finish", context);
		return work.get();
	}

	private static int sum(Iterable<?> values) {
		int sum = 0;
		for (Object value : values) {
			sum += ((JsonNode) value).asInt();
		}
		return sum;
	}

	private Object told(TaskContext context, TaskBody body) {
		return step(context, body, () -> {
			String failed = ((JsonNode) body.args().get(0)).asString();
			mark("told:" + failed, context);
			return failed;
		});
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
