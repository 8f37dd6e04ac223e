package io.github.celeryspring.canvas;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * A call of one task that has not been sent. Immutable. Counterpart of
 * {@code celery.canvas.Signature}.
 *
 * @param task the name of the task
 * @param args positional arguments
 * @param kwargs keyword arguments, in order
 * @param options how to send it
 * @param immutable whether it takes no result of what goes before it
 * @since 0.1.0
 */
public record TaskSignature(String task, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs,
		TaskOptions options, boolean immutable) implements Signature {

	public TaskSignature {
		Assert.hasText(task, "'task' must not be empty");
		args = Collections.unmodifiableList(Arrays.asList(args.toArray()));
		kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
	}

	/**
	 * A call with positional arguments and no options.
	 * @param task the name of the task
	 * @param args the arguments
	 * @return the signature
	 */
	public static TaskSignature of(String task, @Nullable Object... args) {
		return new TaskSignature(task, Arrays.asList(args), Map.of(), TaskOptions.NONE, false);
	}

	@Override
	public TaskSignature withOptions(TaskOptions options) {
		return new TaskSignature(this.task, this.args, this.kwargs, options, this.immutable);
	}

	/**
	 * The same call with other positional arguments. Celery's {@code .replace(args=...)}.
	 * @param args positional arguments
	 * @return the copy
	 */
	public TaskSignature withArgs(@Nullable Object... args) {
		return withArguments(Arrays.asList(args), this.kwargs);
	}

	/**
	 * The same call with one more keyword argument.
	 * @param name its name
	 * @param value its value
	 * @return the copy
	 */
	public TaskSignature kwarg(String name, @Nullable Object value) {
		Map<String, @Nullable Object> all = new LinkedHashMap<>(this.kwargs);
		all.put(name, value);
		return withArguments(this.args, all);
	}

	/**
	 * The same call with other arguments.
	 * @param args positional arguments
	 * @param kwargs keyword arguments, in order
	 * @return the copy
	 */
	public TaskSignature withArguments(List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
		return new TaskSignature(this.task, args, kwargs, this.options, this.immutable);
	}

	@Override
	public TaskSignature partial(List<? extends @Nullable Object> args,
			Map<String, ? extends @Nullable Object> kwargs) {
		if (this.immutable || (args.isEmpty() && kwargs.isEmpty())) {
			return this;
		}
		List<@Nullable Object> allArgs = new ArrayList<>(args);
		allArgs.addAll(this.args);
		Map<String, @Nullable Object> allKwargs = new LinkedHashMap<>(this.kwargs);
		allKwargs.putAll(kwargs);
		return withArguments(allArgs, allKwargs);
	}

	@Override
	public TaskSignature with(Consumer<TaskOptionsBuilder> options) {
		return withOptions(this.options.with(options));
	}

	@Override
	public TaskSignature link(Signature callback) {
		return withOptions(this.options.linked(callback));
	}

	@Override
	public TaskSignature linkError(Signature errback) {
		return withOptions(this.options.linkedError(errback));
	}

	@Override
	public TaskSignature asImmutable() {
		return new TaskSignature(this.task, this.args, this.kwargs, this.options, true);
	}

}
