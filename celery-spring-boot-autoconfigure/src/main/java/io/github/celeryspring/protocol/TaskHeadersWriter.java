package io.github.celeryspring.protocol;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.PythonTimes;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * Writes the headers of protocol 2, as {@code celery.app.amqp.AMQP.as_task_v2} orders
 * them.
 */
final class TaskHeadersWriter {

	/**
	 * Celery's own. It is informational and workers accept any, but our messages follow
	 * Celery's dialect in every detail (display forms included), and no peer should see a
	 * difference.
	 */
	private static final String DEFAULT_LANG = "py";

	private TaskHeadersWriter() {
	}

	/**
	 * Checks and writes the headers.
	 * @param headers the headers
	 * @param body for the display forms, where they are missing
	 * @return the headers in wire order
	 * @throws InvalidMessageException if a worker could be hurt by them
	 */
	static Map<String, @Nullable Object> write(TaskHeaders headers, TaskBody body) {
		check(headers);
		Map<String, @Nullable Object> map = new LinkedHashMap<>(40);
		map.put("lang", (headers.lang() != null) ? headers.lang() : DEFAULT_LANG);
		map.put("task", headers.task());
		map.put("id", headers.id());
		map.put("shadow", headers.shadow());
		map.put("eta", time("eta", headers.eta()));
		map.put("expires", time("expires", headers.expires()));
		map.put("group", headers.group());
		map.put("group_index", headers.groupIndex());
		map.put("retries", headers.retries());
		map.put("timelimit", Arrays.asList(seconds(headers.timeLimit()), seconds(headers.softTimeLimit())));
		map.put("root_id", StringUtils.hasLength(headers.rootId()) ? headers.rootId() : headers.id());
		map.put("parent_id", headers.parentId());
		map.put("argsrepr", (headers.argsrepr() != null) ? headers.argsrepr() : ReprFormat.tuple(body.args()));
		map.put("kwargsrepr", (headers.kwargsrepr() != null) ? headers.kwargsrepr() : ReprFormat.of(body.kwargs()));
		map.put("origin", (headers.origin() != null) ? headers.origin() : SenderOrigin.VALUE);
		// Null, and not false: an explicit false makes a Celery 5.6 worker store results
		// of tasks that are declared to ignore them.
		map.put("ignore_result", headers.ignoreResult());
		map.put("replaced_task_nesting", headers.replacedTaskNesting());
		map.put("stamped_headers", headers.stampedHeaders());
		map.put("stamps", headers.stamps());
		map.putAll(headers.others());
		return map;
	}

	private static void check(TaskHeaders headers) {
		require(StringUtils.hasText(headers.task()), "it names no task");
		require(StringUtils.hasText(headers.id()), "it has no id");
		require(headers.retries() >= 0, "its retries are negative");
		for (String name : headers.others().keySet()) {
			require(StringUtils.hasText(name), "it has a header without a name");
			require(!TaskHeaderNames.isReserved(name), "its header '" + name + "' belongs to the protocol");
		}
	}

	private static void require(boolean condition, String reason) {
		if (!condition) {
			throw new InvalidMessageException("A task message is refused because " + reason);
		}
	}

	private static @Nullable String time(String name, @Nullable Instant time) {
		try {
			return (time != null) ? PythonTimes.format(time) : null;
		}
		catch (DateTimeException ex) {
			throw new InvalidMessageException(
					"A task message is refused because of its " + name + ": " + ex.getMessage(), ex);
		}
	}

	private static @Nullable Number seconds(@Nullable Double limit) {
		if (limit == null) {
			return null;
		}
		require(Double.isFinite(limit), "its time limit is not finite");
		if (limit == Math.rint(limit)) {
			return limit.longValue();
		}
		return limit;
	}

}
