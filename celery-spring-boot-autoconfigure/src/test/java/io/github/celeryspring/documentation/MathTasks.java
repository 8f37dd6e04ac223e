package io.github.celeryspring.documentation;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.canvas.TaskName;
import org.springframework.stereotype.Component;

/**
 * The tasks of docs/coming-from-celery.md that calculate.
 */
@Component
public class MathTasks {

	static final TaskName<Integer> ADD = TaskName.of("tasks.add", Integer.class);

	static final TaskName<Integer> MUL = TaskName.of("tasks.mul", Integer.class);

	static final TaskName<Integer> XSUM = TaskName.of("tasks.xsum", Integer.class);

	static final TaskName<Integer> FAIL = TaskName.of("tasks.fail", Integer.class);

	static final TaskName<Void> LOG_ERROR = TaskName.of("tasks.log_error", Void.class);

	static final TaskName<Void> NOTE = TaskName.of("tasks.note", Void.class);

	/** What {@link #LOG_ERROR} was called with. */
	final Queue<String> failed = new ConcurrentLinkedQueue<>();

	/** What {@link #NOTE} was called with. */
	final Queue<Object> notes = new ConcurrentLinkedQueue<>();

	@CeleryTask("tasks.add")
	public int add(int x, int y) {
		return x + y;
	}

	@CeleryTask("tasks.mul")
	public int mul(int x, int y) {
		return x * y;
	}

	@CeleryTask("tasks.xsum")
	public int xsum(List<Integer> numbers) {
		return numbers.stream().mapToInt(Integer::intValue).sum();
	}

	@CeleryTask("tasks.fail")
	public int fail() {
		throw new IllegalStateException("no luck");
	}

	@CeleryTask("tasks.log_error")
	public void logError(String taskId) {
		this.failed.add(taskId);
	}

	@CeleryTask("tasks.note")
	public void note(Object value) {
		this.notes.add(value);
	}

}
