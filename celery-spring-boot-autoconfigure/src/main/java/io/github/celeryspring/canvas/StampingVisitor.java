package io.github.celeryspring.canvas;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Says with what the parts of a canvas are stamped. It is called for every part, the
 * outer before the inner, with the stamps that the part gets so far; callbacks and
 * errbacks of a part come before the part. What it returns is added; what it returns for
 * a chain, group or chord goes to all that is in it. Counterpart of
 * {@code celery.canvas.StampingVisitor}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface StampingVisitor {

	/**
	 * A task.
	 * @param task the task
	 * @param stamps what it gets so far
	 * @return further stamps by name, possibly none
	 */
	Map<String, ? extends @Nullable Object> onSignature(TaskSignature task, Map<String, @Nullable Object> stamps);

	/**
	 * A group begins.
	 * @param group the group
	 * @param stamps what its members get so far
	 * @return further stamps of all its members
	 */
	default Map<String, ? extends @Nullable Object> onGroupStart(Group group, Map<String, @Nullable Object> stamps) {
		return Map.of();
	}

	/**
	 * A group ends.
	 * @param group the group
	 * @param stamps what its members got
	 */
	default void onGroupEnd(Group group, Map<String, @Nullable Object> stamps) {
	}

	/**
	 * A chain begins.
	 * @param chain the chain
	 * @param stamps what its tasks get so far
	 * @return further stamps of all its tasks
	 */
	default Map<String, ? extends @Nullable Object> onChainStart(Chain chain, Map<String, @Nullable Object> stamps) {
		return Map.of();
	}

	/**
	 * A chain ends.
	 * @param chain the chain
	 * @param stamps what its tasks got
	 */
	default void onChainEnd(Chain chain, Map<String, @Nullable Object> stamps) {
	}

	/**
	 * The header of a chord begins.
	 * @param chord the chord
	 * @param stamps what the header gets so far
	 * @return further stamps of the header and of the body
	 */
	default Map<String, ? extends @Nullable Object> onChordHeaderStart(Chord chord,
			Map<String, @Nullable Object> stamps) {
		return onGroupStart(chord.header(), stamps);
	}

	/**
	 * The header of a chord ends.
	 * @param chord the chord
	 * @param stamps what the header got
	 */
	default void onChordHeaderEnd(Chord chord, Map<String, @Nullable Object> stamps) {
		onGroupEnd(chord.header(), stamps);
	}

	/**
	 * The body of a chord.
	 * @param chord the chord
	 * @param stamps what the body gets so far
	 * @return further stamps of the body
	 */
	default Map<String, ? extends @Nullable Object> onChordBody(Chord chord, Map<String, @Nullable Object> stamps) {
		return Map.of();
	}

	/**
	 * A callback.
	 * @param callback the callback, which is visited as a part of its own afterwards
	 * @param stamps what it gets so far
	 * @return further stamps of it and of the callbacks after it
	 */
	default Map<String, ? extends @Nullable Object> onCallback(Signature callback,
			Map<String, @Nullable Object> stamps) {
		return Map.of();
	}

	/**
	 * An errback.
	 * @param errback the errback, which is visited as a part of its own afterwards
	 * @param stamps what it gets so far
	 * @return further stamps of it and of the errbacks after it
	 */
	default Map<String, ? extends @Nullable Object> onErrback(Signature errback, Map<String, @Nullable Object> stamps) {
		return Map.of();
	}

}
