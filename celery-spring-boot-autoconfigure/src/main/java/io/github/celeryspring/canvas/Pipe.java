package io.github.celeryspring.canvas;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Puts one piece of work after another, with the rules of Python's {@code |}: chains
 * become one, a group of one is that one, a group that is followed by something is the
 * header of a chord, and what follows a chord belongs to its body. Counterpart of the
 * methods {@code __or__} and of {@code _fold_chain} in {@code celery.canvas}.
 */
final class Pipe {

	private final List<Signature> steps = new ArrayList<>();

	/** Work that is no chain: a group or chord that the chain began with. */
	private @Nullable Signature whole;

	private Pipe() {
	}

	/** Celery's {@code chain(tasks)}, which is linear in their number. */
	static Chain chain(List<? extends Signature> tasks) {
		Pipe pipe = new Pipe();
		tasks.forEach(pipe::add);
		return new Chain((pipe.whole != null) ? List.of(pipe.whole) : pipe.steps, TaskOptions.NONE, false);
	}

	static Signature then(Signature signature, Signature next) {
		if (signature instanceof Chain chain) {
			return afterChain(chain, next);
		}
		if (signature instanceof Group group) {
			return isEmptyGroup(next) ? group : new Chord(group, next, TaskOptions.NONE, false);
		}
		Signature one = unrolled(next);
		if (signature instanceof Chord chord && !(next instanceof Chain) && !(one instanceof Group)) {
			return chord.withBody(then(chord.body(), one));
		}
		List<Signature> tasks = new ArrayList<>();
		tasks.add(signature);
		tasks.addAll((next instanceof Chain chain) ? unchained(chain) : List.of(one));
		return new Chain(tasks, TaskOptions.NONE, false);
	}

	private static Signature afterChain(Chain chain, Signature next) {
		if (isEmptyGroup(next)) {
			return chain;
		}
		Signature one = unrolled(next);
		if (one instanceof Chain other) {
			Signature all = chain;
			for (Signature task : unchained(other)) {
				all = then(all, task);
			}
			return all;
		}
		Pipe pipe = new Pipe();
		Signature last = chain.last();
		boolean kept = last != null && !(one instanceof Group) && joins(last, one);
		pipe.steps.addAll(kept ? chain.tasks() : unchained(chain));
		pipe.add(one);
		return (pipe.whole != null) ? pipe.whole
				: new Chain(pipe.steps, kept ? chain.options() : TaskOptions.NONE, kept && chain.immutable());
	}

	private void add(Signature next) {
		if (this.whole != null) {
			this.whole = then(this.whole, next);
			return;
		}
		if (isEmptyGroup(next)) {
			return;
		}
		Signature one = unrolled(next);
		if (one instanceof Chain chain) {
			unchained(chain).forEach(this::add);
		}
		else if (one instanceof Group && this.steps.isEmpty()) {
			this.whole = one;
		}
		else if (!this.steps.isEmpty() && joins(last(), one)) {
			join(one);
		}
		else {
			this.steps.add(one);
		}
	}

	/** Whether two steps become one. */
	private static boolean joins(Signature last, Signature next) {
		return (last instanceof Group && !(next instanceof Group))
				|| (last instanceof Chord && !(next instanceof Chord));
	}

	private void join(Signature next) {
		Signature last = this.steps.remove(this.steps.size() - 1);
		if (last instanceof Chord chord) {
			this.steps.add(chord.withBody(then(chord.body(), next)));
			return;
		}
		Chord upgraded = new Chord((Group) last, next, TaskOptions.NONE, false);
		if (!this.steps.isEmpty() && last() instanceof Chord chord) {
			this.steps.set(this.steps.size() - 1, chord.withBody(then(chord.body(), upgraded)));
		}
		else {
			this.steps.add(upgraded);
		}
	}

	private Signature last() {
		return this.steps.get(this.steps.size() - 1);
	}

	/**
	 * The tasks of a chain that becomes a part of another: its callbacks go to its last
	 * task, its errbacks to all.
	 */
	private static List<Signature> unchained(Chain chain) {
		List<Signature> tasks = new ArrayList<>(chain.tasks());
		if (tasks.isEmpty()) {
			return tasks;
		}
		int last = tasks.size() - 1;
		for (Signature callback : chain.options().link()) {
			tasks.set(last, tasks.get(last).link(callback));
		}
		for (Signature errback : chain.options().linkError()) {
			tasks.replaceAll((task) -> task.linkError(errback));
		}
		return tasks;
	}

	private static Signature unrolled(Signature signature) {
		Signature one = signature;
		while (one instanceof Group group && group.tasks().size() == 1) {
			one = group.tasks().get(0);
		}
		return one;
	}

	private static boolean isEmptyGroup(Signature signature) {
		return signature instanceof Group group && group.tasks().isEmpty();
	}

}
