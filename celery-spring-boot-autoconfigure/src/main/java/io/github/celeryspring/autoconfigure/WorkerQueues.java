package io.github.celeryspring.autoconfigure;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;

/**
 * The queues that the worker consumes: those of {@code celery.worker-queues}, else the
 * default queue, those of the tasks, and the beans.
 */
final class WorkerQueues {

	private WorkerQueues() {
	}

	static Collection<CeleryQueue> of(List<String> configured, String defaultQueue, TaskRegistry registry,
			List<CeleryQueue> beans) {
		Map<String, CeleryQueue> declared = new LinkedHashMap<>();
		beans.forEach((queue) -> declared.putIfAbsent(queue.name(), queue));
		Map<String, CeleryQueue> queues = new LinkedHashMap<>();
		configured.forEach((name) -> add(queues, declared, name));
		if (queues.isEmpty()) {
			add(queues, declared, defaultQueue);
			registry.all()
				.stream()
				.map(TaskDefinition::queue)
				.filter(Objects::nonNull)
				.forEach((name) -> add(queues, declared, name));
			declared.forEach(queues::putIfAbsent);
		}
		return queues.values();
	}

	private static void add(Map<String, CeleryQueue> queues, Map<String, CeleryQueue> declared, String name) {
		CeleryQueue queue = declared.get(name);
		queues.putIfAbsent(name, (queue != null) ? queue : CeleryQueue.named(name));
	}

}
