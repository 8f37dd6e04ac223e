package io.github.celeryspring.client;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import org.jspecify.annotations.Nullable;

/**
 * Where work belongs that is not sent yet: the arguments of {@code freeze} in
 * {@code celery.canvas}.
 *
 * @param id the id of its result, or {@code null} for a new one
 * @param rootId id of the first task of the workflow, or {@code null}
 * @param groupId the group that it is a member of, or {@code null}
 * @param groupIndex its place in the group, or {@code null}
 * @param chord the body that waits for it, or {@code null}
 */
record Place(@Nullable String id, @Nullable String rootId, @Nullable String groupId, @Nullable Integer groupIndex,
		@Nullable Signature chord) {

	/** Of no group. */
	static Place of(@Nullable String id, @Nullable String rootId) {
		return new Place(id, rootId, null, null, null);
	}

	/** The end of what is sent with some options. */
	static Place of(TaskOptions options) {
		return new Place(options.taskId(), options.rootId(), options.groupId(), options.groupIndex(), options.chord());
	}

	Place withId(@Nullable String id) {
		return new Place(id, this.rootId, this.groupId, this.groupIndex, this.chord);
	}

	Place member(int index) {
		return new Place(null, this.rootId, this.groupId, index, this.chord);
	}

	/** What belongs to the whole alone is not passed on to the begin of a chain. */
	Place begin() {
		return of(null, this.rootId);
	}

}
