package io.github.celeryspring.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * A task that seems to run.
 */
final class RunningTask implements TaskContext {

	final List<String> children = new CopyOnWriteArrayList<>();

	private final String id;

	private final String rootId;

	RunningTask(String id, String rootId) {
		this.id = id;
		this.rootId = rootId;
	}

	@Override
	public String id() {
		return this.id;
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
	public String rootId() {
		return this.rootId;
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
