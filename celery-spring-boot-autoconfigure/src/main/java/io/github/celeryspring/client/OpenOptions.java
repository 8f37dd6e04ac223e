package io.github.celeryspring.client;

import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskOptionsBuilder;

/**
 * Fills in what a sender left open. Counterpart of
 * {@code celery.utils.collections.lpmerge}.
 */
final class OpenOptions {

	private OpenOptions() {
	}

	static TaskOptions fill(TaskOptions open, TaskOptions route) {
		TaskOptionsBuilder filled = open.mutate();
		destination(filled, open, route);
		if (open.priority() == null && route.priority() != null) {
			filled.priority(route.priority());
		}
		if (open.serializer() == null) {
			filled.serializer(route.serializer());
		}
		if (open.compression() == null) {
			filled.compression(route.compression());
		}
		if (open.ignoreResult() == null && route.ignoreResult() != null) {
			filled.ignoreResult(route.ignoreResult());
		}
		times(filled, open, route);
		route.headers().forEach((name, value) -> {
			if (!open.headers().containsKey(name)) {
				filled.header(name, value);
			}
		});
		route.others().forEach((name, value) -> {
			if (!open.others().containsKey(name)) {
				filled.other(name, value);
			}
		});
		return filled.build();
	}

	private static void destination(TaskOptionsBuilder filled, TaskOptions open, TaskOptions route) {
		if (open.queue() == null && open.exchange() == null) {
			if (route.queue() != null) {
				filled.queue(route.queue());
			}
			filled.exchange(route.exchange());
			if (open.routingKey() == null) {
				filled.routingKey(route.routingKey());
			}
		}
	}

	private static void times(TaskOptionsBuilder filled, TaskOptions open, TaskOptions route) {
		if (open.softTimeLimit() == null && route.softTimeLimit() != null) {
			filled.softTimeLimit(route.softTimeLimit());
		}
		if (open.timeLimit() == null && route.timeLimit() != null) {
			filled.timeLimit(route.timeLimit());
		}
		if (open.expires() == null && open.expiresIn() == null) {
			if (route.expires() != null) {
				filled.expires(route.expires());
			}
			if (route.expiresIn() != null) {
				filled.expires(route.expiresIn());
			}
		}
	}

}
