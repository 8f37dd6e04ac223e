package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.protocol.TaskIds;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Calls those who are to learn of a failure: each gets the id of the task that failed
 * before its own arguments, as a message. Celery calls functions that take more than one
 * argument in its own process instead, with the exception. Counterpart of
 * {@code celery.backends.base.Backend._call_task_errbacks}.
 */
final class Errbacks {

	private static final Log logger = LogFactory.getLog(Errbacks.class);

	private final CanvasPublisher canvas;

	Errbacks(CanvasPublisher canvas) {
		this.canvas = canvas;
	}

	/**
	 * Prepares the calls for one failed task. Never fails: there is nobody left to tell.
	 * @param errbacks whom to call
	 * @param failedId the task that failed
	 * @param rootId the root of its workflow
	 * @return what to send, possibly nothing
	 */
	List<Prepared> call(List<Signature> errbacks, String failedId, String rootId) {
		if (errbacks.isEmpty()) {
			return List.of();
		}
		TaskOptions options = TaskOptions.builder().rootId(rootId).parentId(failedId).build();
		try {
			// One, too, is sent as a group, as Celery does.
			Group group = new Group(errbacks, TaskOptions.NONE, false);
			return List.of(this.canvas.prepare(group, List.of(failedId), options, null));
		}
		catch (RuntimeException ex) {
			logger.error("The errbacks of task " + failedId + " cannot be called", ex);
			return List.of();
		}
	}

	/**
	 * Prepares the calls for the body of a chord that will never run.
	 * @param body the body, with ids
	 * @param rootId the root of the workflow
	 * @return what to send, possibly nothing
	 */
	List<Prepared> callForBody(Signature body, String rootId) {
		Map<String, Set<Signature>> calls = new LinkedHashMap<>();
		collect(body, Set.of(), calls);
		List<Prepared> prepared = new ArrayList<>();
		calls.forEach((id, errbacks) -> prepared.addAll(call(List.copyOf(errbacks), id, rootId)));
		return prepared;
	}

	/** Each member of a group is told of on its own; what holds for all, with each. */
	private static void collect(Signature body, Set<Signature> outer, Map<String, Set<Signature>> calls) {
		Set<Signature> errbacks = new LinkedHashSet<>(outer);
		errbacks.addAll(body.options().linkError());
		Signature counting = body.options().chord();
		if (counting != null) {
			// That chord fails, too, and calls those that are linked to both: each once.
			errbacks.removeAll(counting.options().linkError());
		}
		if (body instanceof Group group) {
			group.tasks().forEach((task) -> collect(task, errbacks, calls));
			return;
		}
		if (body instanceof Chord chord) {
			collect(chord.body(), errbacks, calls);
			return;
		}
		if (body instanceof Chain chain && !chain.tasks().isEmpty()) {
			errbacks.addAll(chain.tasks().get(0).options().linkError());
		}
		String id = EmbeddedSignatures.resultId(body);
		calls.computeIfAbsent((id != null) ? id : TaskIds.next(), (key) -> new LinkedHashSet<>()).addAll(errbacks);
	}

}
