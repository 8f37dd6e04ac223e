package io.github.celeryspring.canvas;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
 * @since 0.1.0
 */
public record TaskSignature(String task, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs,
		TaskOptions options) implements Signature {

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
		return new TaskSignature(task, Arrays.asList(args), Map.of(), TaskOptions.NONE);
	}

	/**
	 * The same call with other options.
	 * @param options the options
	 * @return the copy
	 */
	public TaskSignature withOptions(TaskOptions options) {
		return new TaskSignature(this.task, this.args, this.kwargs, options);
	}

}
