package io.github.celeryspring.canvas;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

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
	 * The same work with more options. Celery's {@code .set(...)}.
	 * @param options sets options over those that are there
	 * @return the copy
	 */
	Signature with(Consumer<TaskOptionsBuilder> options);

	/**
	 * The same work with a callback. A chain calls it after its last task, a chord after
	 * its body, a group after its first member and without that member's result. Celery's
	 * {@code .link(callback)}.
	 * @param callback called with the result; once, however often it is added
	 * @return the copy
	 */
	Signature link(Signature callback);

	/**
	 * The same work with an errback. A chain calls it when any of its tasks fails, a
	 * group for every member that fails, a chord when its body cannot be done, as Celery
	 * does unless {@code task_allow_error_cb_on_chord_header} is set. Celery's
	 * {@code .on_error(errback)}.
	 * @param errback called with the id of the task that failed; once, however often it
	 * is added
	 * @return the copy
	 */
	Signature linkError(Signature errback);

	/**
	 * This work, then more. Celery's {@code |}, with its rules: chains become one chain;
	 * a group of one is that one; a group that is followed by something becomes the
	 * header of a chord; what follows a chord belongs to its body. A chain that becomes
	 * part of another gives its callbacks to its last task and its errbacks to all its
	 * tasks; its other options are lost, as in Celery.
	 * @param next gets the result of this
	 * @return the whole: a chain or a chord, or this alone if there is nothing to follow
	 */
	default Signature then(Signature next) {
		return Pipe.then(this, next);
	}

	/**
	 * The same work with stamps on every task, callbacks and errbacks included, but the
	 * body of a chord, as in Celery. A stamp that is there already wins over a new one of
	 * that name in a task, and goes to what is in it; two lists become one. The tasks
	 * that a stamped task sends when it runs do not inherit its stamps; its callbacks,
	 * what follows it in a chain, and its retries have their own.
	 * @param stamps the stamps by name
	 * @return the copy
	 */
	default Signature stamp(Map<String, ? extends @Nullable Object> stamps) {
		return new Stamping(null, false).stamp(this, new LinkedHashMap<>(stamps));
	}

	/**
	 * The same work with the stamps that a visitor gives it.
	 * @param visitor says with what
	 * @return the copy
	 */
	default Signature stamp(StampingVisitor visitor) {
		return stamp(visitor, false);
	}

	/**
	 * The same work with the stamps that a visitor gives it.
	 * @param visitor says with what
	 * @param append whether values of the same name become one list; else the first one
	 * counts
	 * @return the copy
	 */
	default Signature stamp(StampingVisitor visitor, boolean append) {
		return new Stamping(visitor, append).stamp(this, Map.of());
	}

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
