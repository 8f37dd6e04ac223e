package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.List;

import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.result.ResultTree;
import org.jspecify.annotations.Nullable;

/**
 * Gives work the ids under which the stored result of an earlier run announces it: that
 * run did not live to send it, and its result stays as it is.
 */
final class KnownIds {

	private KnownIds() {
	}

	/**
	 * Gives ids.
	 * @param work what is to be sent
	 * @param known where its results were announced, or {@code null} if they were not
	 * @return the work, with the ids that it had none for
	 */
	static Signature give(Signature work, @Nullable ResultTree known) {
		if (known == null) {
			return work;
		}
		if (work instanceof Chain chain && !chain.tasks().isEmpty()) {
			List<Signature> tasks = new ArrayList<>(chain.tasks());
			tasks.set(0, give(tasks.get(0), known));
			return new Chain(tasks, chain.options(), chain.immutable());
		}
		if (work instanceof Chord chord) {
			return new Chord(give(chord.header(), known), chord.body(), chord.options(), chord.immutable());
		}
		if (work instanceof Group group) {
			return give(group, known);
		}
		return (known.members() == null) ? id(work, known.id()) : work;
	}

	private static Group give(Group group, ResultTree known) {
		List<ResultTree> members = (known.members() != null) ? known.members() : List.of(known);
		if (members.size() != group.tasks().size()) {
			return group;
		}
		List<Signature> tasks = new ArrayList<>();
		for (int i = 0; i < members.size(); i++) {
			tasks.add(give(group.tasks().get(i), members.get(i)));
		}
		Group given = new Group(tasks, group.options(), group.immutable());
		return (known.members() != null) ? (Group) id(given, known.id()) : given;
	}

	private static Signature id(Signature work, String id) {
		return (work.options().taskId() != null) ? work : work.withOptions(work.options().mutate().taskId(id).build());
	}

}
