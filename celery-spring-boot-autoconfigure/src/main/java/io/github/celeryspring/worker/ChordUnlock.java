package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.PythonException;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.task.TaskHandler;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Polls the header of a chord until all of it is done, for peers whose result backend
 * cannot count. Counterpart of {@code celery.chord_unlock}.
 */
final class ChordUnlock implements TaskHandler {

	/** Celery's {@code result_chord_retry_interval}, in seconds. */
	private static final double INTERVAL = 1;

	private final CanvasPublisher canvas;

	private final ResultBackend results;

	private final ChordFollowers chords;

	ChordUnlock(CanvasPublisher canvas, ResultBackend results, ChordFollowers chords) {
		this.canvas = canvas;
		this.results = results;
		this.chords = chords;
	}

	@Override
	public @Nullable Object handle(TaskContext context, TaskBody body) {
		TaskArgumentReader arguments = TaskArgumentReader.of(body, "group_id", "callback", "interval", "max_retries",
				"result");
		TaskRequest request = (TaskRequest) context;
		ChordMember turn = new ChordMember(arguments.required("group_id").asString(), request.id(), null);
		ChordPart part = new ChordPart(turn, arguments.required("callback"), TaskState.SUCCESS, null);
		ChordResults.Joined joined = joined(arguments.list("result"));
		if (joined == null) {
			throw retry(context, arguments, part);
		}
		send(BuiltInTasks.await(this.chords.joined(part, joined, request)));
		return null;
	}

	/** The next to last try says no, not the last, as the body must learn of it. */
	private RuntimeException retry(TaskContext context, TaskArgumentReader arguments, ChordPart part) {
		JsonNode interval = arguments.optional("interval");
		JsonNode most = arguments.optional("max_retries");
		if (most != null && context.retries() >= most.asInt()) {
			PythonException given = new PythonException("celery.exceptions", "MaxRetriesExceededError",
					"Can't retry celery.chord_unlock[" + context.id() + "]");
			String reason = "chord_unlock could not be retried: " + TaskFailures.repr(given.failure());
			send(BuiltInTasks.await(this.chords.failed(part, reason, given.failure(), (TaskRequest) context)));
			return given;
		}
		Duration wait = Duration.ofMillis(Math.round(1000 * ((interval != null) ? interval.asDouble() : INTERVAL)));
		return context.retry(null, (retry) -> retry.countdown(wait).maxRetries((most != null) ? most.asInt() : -1));
	}

	private void send(Followup followup) {
		BuiltInTasks.await(this.canvas.publish(followup.messages()).thenCompose((done) -> followup.noted()));
	}

	/** What has come of the header, or nothing while any of it is not done. */
	private ChordResults.@Nullable Joined joined(List<JsonNode> tuples) {
		List<@Nullable Object> values = new ArrayList<>();
		for (JsonNode tuple : tuples) {
			JsonNode members = tuple.path(1);
			if (members.isArray()) {
				ChordResults.Joined nested = joined(new ArrayList<>(members.values()));
				if (nested == null || nested.failed() != null) {
					return nested;
				}
				values.add(nested.values());
				continue;
			}
			TaskResult result = BuiltInTasks.await(this.results.find(tuple.path(0).path(0).asString()));
			if (!result.state().isReady()) {
				return null;
			}
			if (result.state().isPropagated()) {
				return new ChordResults.Joined(List.of(), result);
			}
			values.add(result.result());
		}
		return new ChordResults.Joined(values, null);
	}

}
