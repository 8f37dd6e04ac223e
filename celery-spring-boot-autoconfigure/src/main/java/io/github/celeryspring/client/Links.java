package io.github.celeryspring.client;

import java.util.ArrayList;
import java.util.List;

import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptionsBuilder;

/**
 * Adds callbacks and errbacks to signatures of all kinds. Counterpart of the methods
 * {@code link} and {@code link_error} in {@code celery.canvas}.
 */
final class Links {

	private Links() {
	}

	static Signature link(Signature signature, List<Signature> callbacks) {
		Signature linked = signature;
		for (Signature callback : callbacks) {
			linked = link(linked, callback);
		}
		return linked;
	}

	private static Signature link(Signature signature, Signature callback) {
		if (signature instanceof Chord chord) {
			return new Chord(chord.header(), link(chord.body(), callback), chord.options(), chord.immutable());
		}
		if (signature instanceof Group group && !group.tasks().isEmpty()) {
			// There is no task that would have the results of all members.
			List<Signature> tasks = new ArrayList<>(group.tasks());
			tasks.set(0, link(tasks.get(0), callback.asImmutable()));
			return new Group(tasks, group.options(), group.immutable());
		}
		return signature.options().link().contains(callback) ? signature
				: signature.withOptions(signature.options().mutate().link(callback).build());
	}

	/**
	 * Adds callbacks to the last step of a chain: what they follow is seen when it is
	 * sent.
	 */
	static Signature linkStep(Signature step, List<Signature> callbacks) {
		if (callbacks.isEmpty()) {
			return step;
		}
		TaskOptionsBuilder options = step.options().mutate();
		callbacks.forEach(options::link);
		return step.withOptions(options.build());
	}

	static Signature linkError(Signature signature, List<Signature> errbacks) {
		Signature linked = signature;
		for (Signature errback : errbacks) {
			linked = linkError(linked, errback);
		}
		return linked;
	}

	private static Signature linkError(Signature signature, Signature errback) {
		if (signature instanceof Chord chord) {
			return new Chord(chord.header(), linkError(chord.body(), errback), chord.options(), chord.immutable());
		}
		if (signature instanceof Group group && group.options().linkError().isEmpty()) {
			return new Group(group.tasks().stream().map((task) -> linkError(task, errback)).toList(), group.options(),
					group.immutable());
		}
		// A group's own errbacks replace those of its members.
		return signature.options().linkError().contains(errback) ? signature
				: signature.withOptions(signature.options().mutate().linkError(errback).build());
	}

}
