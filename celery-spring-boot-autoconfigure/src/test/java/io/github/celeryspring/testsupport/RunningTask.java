package io.github.celeryspring.testsupport;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * A task that seems to run.
 *
 * @param id its id
 * @param rootId the id of the workflow's first task
 * @param children the ids of the tasks that it sent
 */
public record RunningTask(String id, String rootId, List<String> children) implements TaskContext {

	public RunningTask(String id, String rootId) {
		this(id, rootId, new CopyOnWriteArrayList<>());
	}

	@Override
	public String taskName() {
		return "tasks.parent";
	}

	@Override
	public int retries() {
		return 0;
	}

	@Override
	public String queue() {
		return "celery";
	}

	@Override
	public boolean redelivered() {
		return false;
	}

	@Override
	public boolean leaseLost() {
		return false;
	}

	@Override
	public Map<String, @Nullable Object> headers() {
		return Map.of();
	}

	@Override
	public @Nullable String parentId() {
		return null;
	}

	@Override
	public @Nullable String groupId() {
		return null;
	}

	@Override
	public void addChild(String taskId) {
		this.children.add(taskId);
	}

}
