package io.github.celeryspring.canvas;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Makes signatures; meant to be imported statically:
 * {@code chain(signature("tasks.add", 2, 2), signature("tasks.add", 4))}.
 *
 * @since 0.1.0
 */
public final class Signatures {

	private Signatures() {
	}

	/**
	 * A call of one task. Celery's {@code signature(task, args)}.
	 * @param task the name of the task
	 * @param args positional arguments; the result of what goes before comes first
	 * @return the signature
	 */
	public static TaskSignature signature(String task, @Nullable Object... args) {
		return TaskSignature.of(task, args);
	}

	/**
	 * Work done one after the other, each with the result of the one before, put together
	 * by the rules of {@link Signature#then}. Celery's {@code chain(...)}.
	 * @param tasks the parts in order
	 * @return the chain
	 */
	public static Chain chain(Signature... tasks) {
		return Pipe.chain(List.of(tasks));
	}

	/**
	 * Work done one after the other, each with the result of the one before.
	 * @param tasks the parts in order
	 * @return the chain
	 */
	public static Chain chain(Collection<? extends Signature> tasks) {
		return Pipe.chain(List.copyOf(tasks));
	}

	/**
	 * Work done side by side. Celery's {@code group(...)}.
	 * @param tasks the members in order
	 * @return the group
	 */
	public static Group group(Signature... tasks) {
		return group(List.of(tasks));
	}

	/**
	 * Work done side by side.
	 * @param tasks the members in order
	 * @return the group
	 */
	public static Group group(Collection<? extends Signature> tasks) {
		return new Group(List.copyOf(tasks), TaskOptions.NONE, false);
	}

	/**
	 * Work done side by side.
	 * @param tasks the members in order; read to the end at once
	 * @return the group
	 */
	public static Group group(Stream<? extends Signature> tasks) {
		return group(tasks.toList());
	}

	/**
	 * A task called once for each item, in one go. Celery's {@code task.map(it)}.
	 * @param task the task; only its name counts
	 * @param items the argument of each call
	 * @return the signature of {@code celery.map}, whose result is the list of results
	 */
	public static TaskSignature xmap(Signature task, Iterable<? extends @Nullable Object> items) {
		return calls("celery.map", task, list(items));
	}

	/**
	 * A task called once for each list of arguments, in one go. Celery's
	 * {@code task.starmap(it)}.
	 * @param task the task; only its name counts
	 * @param items the arguments of each call: lists or arrays
	 * @return the signature of {@code celery.starmap}, whose result is the list of
	 * results
	 */
	public static TaskSignature starmap(Signature task, Iterable<? extends @Nullable Object> items) {
		return calls("celery.starmap", task, list(items));
	}

	/**
	 * A task called once for each list of arguments, several calls in one go. What
	 * Celery's {@code task.chunks(it, n)} sends.
	 * @param task the task; only its name counts
	 * @param items the arguments of each call: lists or arrays
	 * @param size how many calls are done in one go, at least 1
	 * @return a group of {@link #starmap}s
	 */
	public static Group chunks(Signature task, Iterable<? extends @Nullable Object> items, int size) {
		Assert.isTrue(size > 0, "'size' must be positive");
		List<@Nullable Object> all = list(items);
		List<Signature> parts = new ArrayList<>();
		for (int i = 0; i < all.size(); i += size) {
			parts.add(starmap(task, all.subList(i, Math.min(i + size, all.size()))));
		}
		return new Group(parts, TaskOptions.NONE, false);
	}

	/**
	 * Work done side by side, and one piece of work with all its results. Celery's
	 * {@code chord(header, body)}.
	 * @param header what is done side by side; possibly nothing: then the body gets an
	 * empty list
	 * @param body gets the list of the results
	 * @return the chord
	 */
	public static Chord chord(Group header, Signature body) {
		return new Chord(header, body, TaskOptions.NONE, false);
	}

	/**
	 * Work done side by side, and one piece of work with all its results.
	 * @param header what is done side by side
	 * @param body gets the list of the results
	 * @return the chord
	 */
	public static Chord chord(Collection<? extends Signature> header, Signature body) {
		return chord(group(header), body);
	}

	private static TaskSignature calls(String name, Signature task, List<@Nullable Object> items) {
		Map<String, @Nullable Object> kwargs = new LinkedHashMap<>();
		kwargs.put("task", task);
		kwargs.put("it", items);
		return new TaskSignature(name, List.of(), kwargs, TaskOptions.NONE, true);
	}

	private static List<@Nullable Object> list(Iterable<? extends @Nullable Object> items) {
		List<@Nullable Object> list = new ArrayList<>();
		items.forEach(list::add);
		return Collections.unmodifiableList(list);
	}

}
