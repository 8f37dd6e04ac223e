package io.github.celeryspring.canvas;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.Assert;

/**
 * The name of a task with the type of its result, for a constant beside the task:
 * {@code static final TaskName<Integer> ADD = TaskName.of("tasks.add", Integer.class)},
 * then {@code celery.send(ADD, 2, 2)} or {@code chain(ADD.s(2, 2), ADD.s(4))}. The type
 * stays with the name; signatures have none.
 *
 * @param <T> the type of the result
 * @param name the name of the task
 * @param resultType the type of its result
 * @since 0.1.0
 */
public record TaskName<T>(String name, ParameterizedTypeReference<T> resultType) {

	public TaskName {
		Assert.hasText(name, "'name' must not be empty");
		Assert.notNull(resultType, "'resultType' must not be null");
	}

	/**
	 * A name whose results are of a class.
	 * @param <T> the type of the result
	 * @param name the name of the task
	 * @param resultType the class of its result
	 * @return the name
	 */
	public static <T> TaskName<T> of(String name, Class<T> resultType) {
		return new TaskName<>(name, ParameterizedTypeReference.forType(resultType));
	}

	/**
	 * A call with positional arguments. Celery's {@code task.s(...)}.
	 * @param args the arguments; the result of what goes before comes first
	 * @return the signature
	 */
	public TaskSignature s(@Nullable Object... args) {
		return TaskSignature.of(this.name, args);
	}

	/**
	 * A call that takes no result of what goes before. Celery's {@code task.si(...)}.
	 * @param args the arguments
	 * @return the signature
	 */
	public TaskSignature si(@Nullable Object... args) {
		return s(args).asImmutable();
	}

	@Override
	public String toString() {
		return this.name;
	}

}
