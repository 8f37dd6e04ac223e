package io.github.celeryspring.interop;

import java.io.FileNotFoundException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.task.TaskHandler;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.jspecify.annotations.Nullable;

/**
 * The Java counterparts of the tasks in {@code tasks.py}.
 */
final class JavaTasks {

	private static final Map<String, Class<?>> types = Map.ofEntries(Map.entry("datetime", OffsetDateTime.class),
			Map.entry("instant", Instant.class), Map.entry("naive", LocalDateTime.class),
			Map.entry("date", LocalDate.class), Map.entry("time", LocalTime.class), Map.entry("uuid", UUID.class),
			Map.entry("decimal", BigDecimal.class), Map.entry("bytes", byte[].class),
			Map.entry("integer", BigInteger.class), Map.entry("double", Double.class), Map.entry("text", String.class));

	private final JavaApp app;

	private final RedisServerExtension redis;

	private JavaTasks(JavaApp app, RedisServerExtension redis) {
		this.app = app;
		this.redis = redis;
	}

	static Map<String, TaskHandler> of(JavaApp app, RedisServerExtension redis) {
		JavaTasks tasks = new JavaTasks(app, redis);
		Map<String, TaskHandler> handlers = new LinkedHashMap<>();
		handlers.put("java.add",
				(context, body) -> tasks.argument(body, 0, Integer.class) + tasks.argument(body, 1, Integer.class));
		handlers.put("java.identity", (context, body) -> body.args().get(0));
		handlers.put("java.echo", (context, body) -> Map.of("args", body.args(), "kwargs", body.kwargs()));
		handlers.put("java.typed", tasks::typed);
		handlers.put("java.fail", tasks::fail);
		handlers.put("java.length", (context, body) -> tasks.argument(body, 0, String.class).length());
		handlers.put("java.nothing", (context, body) -> null);
		handlers.put("java.parent", tasks::parent);
		handlers.put("java.request", JavaTasks::request);
		handlers.put("java.mark", tasks::mark);
		return handlers;
	}

	private <T> T argument(TaskBody body, int index, Class<T> type) {
		return this.app.mapper().convertValue(body.args().get(index), type);
	}

	/** Through the Java type and back. */
	private Object typed(TaskContext context, TaskBody body) {
		return argument(body, 1, types.get(argument(body, 0, String.class)));
	}

	private @Nullable Object fail(TaskContext context, TaskBody body) throws Exception {
		switch (argument(body, 0, String.class)) {
			case "state" -> throw new IllegalStateException("das war nichts: äöü \uD83D\uDE00");
			case "checked" -> throw new FileNotFoundException("/no/such/file");
			case "silent" -> throw new UnsupportedOperationException();
			case "error" -> throw new StackOverflowError("too deep");
			default -> throw new Nested("inner");
		}
	}

	private Object parent(TaskContext context, TaskBody body) {
		return this.app.celery()
			.task(argument(body, 0, String.class))
			.args("from the parent")
			.queue(argument(body, 1, String.class))
			.send()
			.id();
	}

	private static Object request(TaskContext context, TaskBody body) {
		Map<String, @Nullable Object> request = new LinkedHashMap<>();
		request.put("id", context.id());
		request.put("task", context.taskName());
		request.put("root_id", context.rootId());
		request.put("parent_id", context.parentId());
		request.put("group", context.groupId());
		request.put("retries", context.retries());
		request.put("queue", context.queue());
		request.put("redelivered", context.redelivered());
		request.put("headers", context.headers());
		return request;
	}

	private Object mark(TaskContext context, TaskBody body) {
		Marks.Mark mark = Marks.Mark.now("finish", context.id(), argument(body, 0, String.class));
		this.redis.commands().rpush(Marks.KEY, mark.toString());
		return "marked";
	}

	/**
	 * An exception of a nested class.
	 */
	static final class Nested extends RuntimeException {

		Nested(String message) {
			super(message);
		}

	}

}
