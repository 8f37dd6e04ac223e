package io.github.celeryspring.canvas;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Work that can be sent: one task, or several put together. Immutable: every method that
 * changes something returns a copy. Given as an argument or a result it is written in
 * Celery's own form, and a parameter of this type takes that form. Counterpart of
 * {@code celery.canvas.Signature}; {@link Signatures} makes them.
 *
 * @since 0.1.0
 */
public sealed interface Signature permits TaskSignature, Chain, Group, Chord {

	/**
	 * How to send it.
	 * @return the options
	 */
	TaskOptions options();

	/**
	 * Whether it takes no result of what goes before it.
	 * @return whether it keeps its arguments as they are
	 */
	boolean immutable();

	/**
	 * The same work with other options.
	 * @param options the options
	 * @return the copy
	 */
	Signature withOptions(TaskOptions options);

	/**
	 * The same work that takes no result of what goes before it. Celery's {@code .si()}.
	 * @return the copy
	 */
	Signature asImmutable();

	/**
	 * The same work with more arguments, as a task before it gives them. They come before
	 * those that are there: in a chain at its first task, in a group at every member, in
	 * a chord at every member of its header. What is immutable stays as it is. Celery's
	 * {@code .clone(args, kwargs)}, and what its {@code apply_async(args, kwargs)} does
	 * first.
	 * @param args positional arguments to put before
	 * @param kwargs keyword arguments to add; they win over those of the same name
	 * @return the copy
	 */
	Signature partial(List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs);

	/**
	 * Celery's own form: a map with the keys {@code task, args, kwargs, options,
	 * subtask_type, immutable}.
	 * @return the map, in wire order
	 */
	@JsonValue
	default Map<String, @Nullable Object> toMap() {
		return SignatureWriter.write(this);
	}

	/**
	 * Reads Celery's own form.
	 * @param tree what any Celery from 4 on wrote
	 * @return the signature; arguments are kept as trees
	 * @throws io.github.celeryspring.InvalidMessageException if it is none
	 */
	@JsonCreator
	static Signature of(JsonNode tree) {
		return SignatureReader.read(tree);
	}

}
