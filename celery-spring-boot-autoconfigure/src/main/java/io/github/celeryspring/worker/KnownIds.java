package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.List;

import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskSignature;
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
		if (work instanceof Group group && known.members() != null
				&& known.members().size() == group.tasks().size()) {
			List<Signature> tasks = new ArrayList<>();
			for (int i = 0; i < group.tasks().size(); i++) {
				tasks.add(give(group.tasks().get(i), known.members().get(i)));
			}
			return id(new Group(tasks, group.options(), group.immutable()), known.id());
		}
		if ((work instanceof TaskSignature || work instanceof Chain) && known.members() == null) {
			return id(work, known.id());
		}
		return work;
	}

	private static Signature id(Signature work, String id) {
		return (work.options().taskId() != null) ? work
				: work.withOptions(work.options().mutate().taskId(id).build());
	}

}
