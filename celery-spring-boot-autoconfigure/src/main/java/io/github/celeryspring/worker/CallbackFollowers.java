package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.result.ResultTree;
import org.jspecify.annotations.Nullable;

/**
 * What follows success: the callbacks, and the next of the chain, which gets the rest.
 * Counterpart of the callbacks in {@code celery.app.trace.build_tracer}.
 */
final class CallbackFollowers {

	private final CanvasPublisher canvas;

	private final FollowerOptions options;

	CallbackFollowers(CanvasPublisher canvas, FollowerOptions options) {
		this.canvas = canvas;
		this.options = options;
	}

	/**
	 * Prepares what follows.
	 * @param request the task
	 * @param result what it returned
	 * @return what to send, in order
	 * @throws RuntimeException if any of it cannot be sent
	 */
	List<Prepared> prepare(TaskRequest request, @Nullable Object result) {
		TaskEmbed embed = request.message().body().embed();
		List<Signature> work = callbacks(embed.callbacks());
		int callbacks = work.size();
		List<?> chain = (embed.chain() != null) ? embed.chain() : List.of();
		if (!chain.isEmpty()) {
			work.add(EmbeddedSignatures.read(chain.get(chain.size() - 1)));
		}
		TaskOptions family = this.options.family(request).build();
		List<Prepared> prepared = new ArrayList<>(work.size());
		for (int i = 0; i < work.size(); i++) {
			TaskOptions options = (i < callbacks) ? family
					: family.mutate().chain(chain.subList(0, chain.size() - 1)).build();
			Signature next = KnownIds.give(work.get(i), child(request, i - work.size()));
			prepared.add(this.canvas.prepare(next, Collections.singletonList(result), options, request));
		}
		return prepared;
	}

	/** Celery sends groups by themselves, and all else together, as one more group. */
	private static List<Signature> callbacks(@Nullable List<?> embedded) {
		List<Signature> callbacks = EmbeddedSignatures.readAll(embedded);
		if (callbacks.size() < 2) {
			return callbacks;
		}
		List<Signature> groups = new ArrayList<>();
		List<Signature> others = new ArrayList<>();
		callbacks.forEach((callback) -> ((callback instanceof Group) ? groups : others).add(callback));
		if (!others.isEmpty()) {
			groups.add(new Group(others, TaskOptions.NONE, false));
		}
		return groups;
	}

	/**
	 * What an earlier run has told of as its last children.
	 * @param request the task
	 * @param fromEnd which, counted from the end, -1 for the last
	 * @return the child, or {@code null} if there was no such run
	 */
	private static @Nullable ResultTree child(TaskRequest request, int fromEnd) {
		List<ResultTree> children = request.storedChildren();
		int index = children.size() + fromEnd;
		return (index >= 0) ? children.get(index) : null;
	}

}
