package io.github.celeryspring.client;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import org.jspecify.annotations.Nullable;

/**
 * Routes by the name of the task: the exact name first, then the patterns in the order in
 * which they were added. Immutable. Counterpart of {@code celery.app.routes.MapRoute}.
 *
 * @since 0.1.0
 */
public final class TaskRoutes implements TaskRouter {

	private final Map<String, TaskOptions> names;

	private final Map<Pattern, TaskOptions> patterns;

	private TaskRoutes(Builder builder) {
		this.names = Map.copyOf(builder.names);
		this.patterns = new LinkedHashMap<>(builder.patterns);
	}

	/**
	 * Starts with no route.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	@Override
	public @Nullable TaskOptions route(TaskSignature signature) {
		String task = signature.task();
		TaskOptions exact = this.names.get(task);
		if (exact != null) {
			return exact;
		}
		for (Map.Entry<Pattern, TaskOptions> entry : this.patterns.entrySet()) {
			// Python's re.match: anchored at the start only.
			if (entry.getKey().matcher(task).lookingAt()) {
				return entry.getValue();
			}
		}
		return null;
	}

	/**
	 * Builds {@link TaskRoutes}. Not thread-safe.
	 */
	public static final class Builder {

		private final Map<String, TaskOptions> names = new HashMap<>();

		private final Map<Pattern, TaskOptions> patterns = new LinkedHashMap<>();

		Builder() {
		}

		/**
		 * Adds a route.
		 * @param name the name of the task; with a {@code *} in it a pattern of Python's
		 * {@code fnmatch}: {@code *}, {@code ?}, {@code [abc]}, {@code [!abc]}
		 * @param options how to send it
		 * @return this
		 */
		public Builder route(String name, TaskOptions options) {
			if (name.contains("*")) {
				return route(Pattern.compile(GlobPattern.expression(name), Pattern.DOTALL), options);
			}
			this.names.put(name, options);
			return this;
		}

		/**
		 * Adds a route.
		 * @param names matches the beginnings of names
		 * @param options how to send such tasks
		 * @return this
		 */
		public Builder route(Pattern names, TaskOptions options) {
			this.patterns.put(names, options);
			return this;
		}

		/**
		 * Builds the routes.
		 * @return the routes
		 */
		public TaskRoutes build() {
			return new TaskRoutes(this);
		}

	}

}
