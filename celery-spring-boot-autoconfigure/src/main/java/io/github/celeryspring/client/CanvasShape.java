package io.github.celeryspring.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import org.jspecify.annotations.Nullable;

/**
 * Brings signatures into the shape in which they are sent. Counterpart of the unrolling
 * in {@code celery.canvas}.
 */
final class CanvasShape {

	private CanvasShape() {
	}

	/**
	 * The steps of a chain: chains in it are a part of it, a group of one is that one,
	 * and a group that is followed by something is a chord.
	 * @param tasks the parts of the chain
	 * @param sending whether it is sent now: then the chain that is the body of a chord
	 * becomes a part of it too, because the body is copied into every task of the header
	 * @return the steps in order; none if nothing is to be done
	 */
	static List<Signature> steps(List<Signature> tasks, boolean sending) {
		List<Signature> parts = parts(tasks, sending);
		List<Signature> steps = new ArrayList<>(parts.size());
		for (int i = parts.size() - 1; i >= 0; i--) {
			Signature part = parts.get(i);
			if (part instanceof Group group && !steps.isEmpty()) {
				Signature body = steps.remove(steps.size() - 1);
				part = new Chord(group, body, TaskOptions.NONE, group.immutable());
			}
			steps.add(part);
		}
		Collections.reverse(steps);
		return steps;
	}

	private static List<Signature> parts(List<Signature> tasks, boolean sending) {
		List<Signature> parts = new ArrayList<>(tasks.size());
		Group empty = null;
		Deque<Signature> rest = new ArrayDeque<>(tasks);
		while (!rest.isEmpty()) {
			Signature part = rest.pop();
			if (part instanceof Chain chain) {
				pushAll(rest, chain.tasks());
			}
			else if (part instanceof Group group && group.tasks().isEmpty()) {
				empty = group;
			}
			else if (part instanceof Group group && group.tasks().size() == 1) {
				rest.push(group.tasks().get(0));
			}
			else if (sending && part instanceof Chord chord && isLedByTask(chord.body())) {
				pushAll(rest, unrolled(chord));
			}
			else {
				parts.add(part);
			}
		}
		return (parts.isEmpty() && empty != null) ? List.of(empty) : parts;
	}

	private static void pushAll(Deque<Signature> rest, List<Signature> tasks) {
		for (int i = tasks.size() - 1; i >= 0; i--) {
			rest.push(tasks.get(i));
		}
	}

	private static boolean isLedByTask(Signature body) {
		return body instanceof Chain chain && !chain.tasks().isEmpty() && !(chain.tasks().get(0) instanceof Group)
				&& chain.options().chain() == null;
	}

	/** {@code chord(header, chain(a, b))} is {@code chord(header, a), b}. */
	private static List<Signature> unrolled(Chord chord) {
		Chain body = (Chain) chord.body();
		List<Signature> tasks = new ArrayList<>(body.tasks().size());
		for (Signature task : body.tasks()) {
			tasks.add(Links.linkError(task, body.options().linkError()));
		}
		int last = tasks.size() - 1;
		tasks.set(last, Links.link(tasks.get(last), body.options().link()));
		Signature first = tasks.get(0);
		TaskOptions options = CallOptions.apply(first.options(), CallOptions.ofFirst(body.options(), null));
		tasks.set(0, new Chord(chord.header(), first.withOptions(options), chord.options(), chord.immutable()));
		return tasks;
	}

	/**
	 * The body of a chord that is sent now: chains and chords in a chain are parts of it.
	 * @param body the body
	 * @return the same work
	 */
	static Signature body(Signature body) {
		return (body instanceof Chain chain) ? new Chain(parts(chain.tasks(), true), chain.options(), chain.immutable())
				: body;
	}

	/**
	 * The members of a group as the header of a chord has them: the members of inner
	 * groups come in reverse order, as in Celery, so that results come in the same order
	 * from every client.
	 * @param tasks the members
	 * @return the members that are no groups
	 */
	static List<Signature> header(List<Signature> tasks) {
		List<Signature> members = new ArrayList<>(tasks.size());
		Deque<Signature> rest = new ArrayDeque<>(tasks);
		while (!rest.isEmpty()) {
			Signature task = rest.pop();
			if (task instanceof Group group) {
				group.tasks().forEach(rest::push);
			}
			else if (!isEmptyChain(task)) {
				members.add(task);
			}
		}
		return members;
	}

	/**
	 * The members of a group that is sent: a member that has moved out of an inner group
	 * keeps its place there, as in Celery.
	 * @param tasks the members
	 * @return the members that are no groups, with their places
	 */
	static List<Member> members(List<Signature> tasks) {
		List<Member> members = new ArrayList<>(tasks.size());
		addMembers(tasks, members);
		return members;
	}

	private static void addMembers(List<Signature> tasks, List<Member> members) {
		for (int i = 0; i < tasks.size(); i++) {
			Signature task = tasks.get(i);
			if (task instanceof Group group) {
				addMembers(group.tasks(), members);
			}
			else if (!isEmptyChain(task)) {
				members.add(new Member(task, i));
			}
		}
	}

	private static boolean isEmptyChain(Signature task) {
		return task instanceof Chain chain && chain.tasks().isEmpty();
	}

	/**
	 * How many tasks of some work a chord waits for.
	 * @param signature the work, or {@code null} for none
	 * @return the number of tasks that end it
	 */
	static int size(@Nullable Signature signature) {
		if (signature instanceof Group group) {
			return group.tasks().stream().mapToInt(CanvasShape::size).sum();
		}
		if (signature instanceof Chain chain) {
			for (int i = chain.tasks().size() - 1; i >= 0; i--) {
				int size = size(chain.tasks().get(i));
				if (size > 0) {
					return size;
				}
			}
			return 0;
		}
		if (signature instanceof Chord chord) {
			return size(chord.body());
		}
		return (signature != null) ? 1 : 0;
	}

	/**
	 * A member of a group.
	 *
	 * @param task what to do
	 * @param index its place in the group
	 */
	record Member(Signature task, int index) {

	}

}
