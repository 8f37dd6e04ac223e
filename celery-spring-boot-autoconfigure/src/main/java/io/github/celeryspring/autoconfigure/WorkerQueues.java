package io.github.celeryspring.autoconfigure;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.client.TaskQueues;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;

/**
 * The queues that the worker consumes: those of {@code celery.worker-queues}, else those
 * of {@code celery.task-queues} and the beans, else the default queue, those of the tasks
 * and the beans; without those of {@code celery.worker-exclude-queues}. Counterpart of
 * {@code setup_queues} in {@code celery.worker.worker}.
 *
 * @param included {@code celery.worker-queues}
 * @param excluded {@code celery.worker-exclude-queues}
 * @param onlyDeclared whether {@code celery.task-queues} says which queues there are
 */
record WorkerQueues(List<String> included, List<String> excluded, boolean onlyDeclared) {

	/**
	 * The queue of one worker, for {@code celery.worker-direct}.
	 * @param nodename the node name of the worker
	 * @return the queue
	 */
	static CeleryQueue direct(String nodename) {
		return new CeleryQueue(nodename + ".dq2", CeleryExchange.direct("C.dq2"), nodename);
	}

	Collection<CeleryQueue> of(TaskQueues queues, TaskRegistry registry) {
		Map<String, CeleryQueue> consumed = new LinkedHashMap<>();
		if (!this.included.isEmpty()) {
			this.included.forEach((name) -> add(consumed, included(queues, name)));
		}
		else {
			if (!this.onlyDeclared) {
				add(consumed, queues.get(queues.defaults().queue()));
				registry.all()
					.stream()
					.map(TaskDefinition::queue)
					.filter(Objects::nonNull)
					.forEach((name) -> add(consumed, queues.get(name)));
			}
			queues.declared().forEach((queue) -> add(consumed, queue));
		}
		consumed.values().removeIf(this::isExcluded);
		return consumed.values();
	}

	private static void add(Map<String, CeleryQueue> consumed, CeleryQueue queue) {
		consumed.putIfAbsent(queue.name(), queue);
	}

	private boolean isExcluded(CeleryQueue queue) {
		return this.excluded.contains(queue.name()) || queue.alias() != null && this.excluded.contains(queue.alias());
	}

	private static CeleryQueue included(TaskQueues queues, String name) {
		try {
			return queues.get(name);
		}
		catch (InvalidMessageException ex) {
			throw new CeleryConfigurationException(
					"'celery.worker-queues' cannot be consumed: " + ex.getMessage() + ".",
					"Declare the queue, or correct its name.", ex);
		}
	}

}
