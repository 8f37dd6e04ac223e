package io.github.celeryspring.task;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The tasks known to this application, by name. Thread-safe. Counterpart of
 * {@code celery.app.registry}.
 *
 * @since 0.1.0
 */
public final class TaskRegistry {

	private final Map<String, TaskDefinition> definitions = new ConcurrentHashMap<>();

	/**
	 * Adds a task.
	 * @param definition the task
	 * @throws DuplicateTaskException if the name is taken
	 */
	public void register(TaskDefinition definition) {
		TaskDefinition existing = this.definitions.putIfAbsent(definition.name(), definition);
		if (existing != null) {
			throw new DuplicateTaskException(definition.name(), existing.source(), definition.source());
		}
	}

	/**
	 * Finds a task.
	 * @param name the name on the wire
	 * @return the task, or {@code null}
	 */
	public @Nullable TaskDefinition find(String name) {
		return this.definitions.get(name);
	}

	/**
	 * All tasks.
	 * @return the tasks, sorted by name
	 */
	public Collection<TaskDefinition> all() {
		return Collections.unmodifiableCollection(new TreeMap<>(this.definitions).values());
	}

}
