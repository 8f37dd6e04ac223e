package io.github.celeryspring.testsupport;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.result.ResultTree;
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
	public TaskMessage message() {
		TaskHeaders headers = new TaskHeaders(null, "tasks.parent", this.id, null, null, null, null, null, 0, null,
				null, this.rootId, null, null, null, null, null, 0, null, Map.of(), Map.of());
		return new TaskMessage(headers, new TaskBody(List.of(), Map.of(), TaskEmbed.NONE),
				DeliveryInfo.toQueue("celery"), 0, null);
	}

	@Override
	public String queue() {
		return "celery";
	}

	@Override
	public boolean leaseLost() {
		return false;
	}

	@Override
	public boolean isCancelled() {
		return false;
	}

	@Override
	public @Nullable Duration softTimeLimit() {
		return null;
	}

	@Override
	public @Nullable Duration timeLimit() {
		return null;
	}

	@Override
	public void addToChord(Signature signature) {
		throw new CeleryException("This task is in no chord");
	}

	@Override
	public void updateState(String state, @Nullable Object meta) {
		throw new CeleryException("This task has no result backend");
	}

	@Override
	public void addChild(ResultTree child) {
		this.children.add(child.id());
	}

}
