package io.github.celeryspring.task;

import java.util.List;

import io.github.celeryspring.protocol.TaskBody;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task by calling a method of a bean. Thread-safe.
 */
final class MethodTaskHandler implements TaskHandler {

	private final TaskArguments arguments;

	private final BeanMethod method;

	MethodTaskHandler(TaskArguments arguments, BeanMethod method) {
		this.arguments = arguments;
		this.method = method;
	}

	@Override
	public @Nullable Object handle(TaskContext context, TaskBody body) throws Exception {
		return this.method.invoke(this.arguments.bind(context, body));
	}

	@Override
	public List<String> parameterNames() {
		return this.arguments.names();
	}

}
