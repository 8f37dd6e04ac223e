package io.github.celeryspring.client;

import java.util.List;

import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptionsBuilder;

/**
 * Adds the callbacks and errbacks of the whole to its parts, when it is sent. Counterpart
 * of {@code _add_body_callbacks} and {@code prepare_steps} in {@code celery.canvas}.
 */
final class Links {

	private Links() {
	}

	static Signature link(Signature signature, List<Signature> callbacks) {
		if (signature instanceof Group group && group.tasks().isEmpty()) {
			return linkStep(signature, callbacks);
		}
		Signature linked = signature;
		for (Signature callback : callbacks) {
			linked = linked.link(callback);
		}
		return linked;
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
		if (signature instanceof Group group) {
			// A group's own errbacks replace those of its members when it is sent.
			return (!group.options().linkError().isEmpty())
					? group.withOptions(group.options().mutate().linkError(errback).build())
					: new Group(group.tasks().stream().map((task) -> linkError(task, errback)).toList(),
							group.options(), group.immutable());
		}
		return signature.linkError(errback);
	}

}
