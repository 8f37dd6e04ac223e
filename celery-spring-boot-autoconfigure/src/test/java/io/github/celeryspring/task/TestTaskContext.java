package io.github.celeryspring.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A context for a task that no worker runs.
 */
record TestTaskContext(String id, String taskName, List<String> children) implements TaskContext {

	TestTaskContext() {
		this("id-1", "test", new ArrayList<>());
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
	public String rootId() {
		return this.id;
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
