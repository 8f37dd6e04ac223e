package io.github.celeryspring.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskOptionsBuilder;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.protocol.TaskIds;
import org.jspecify.annotations.Nullable;

/**
 * Gives their ids to tasks that will be sent later, by a worker, so that their results
 * are known now. Counterpart of the methods {@code freeze} in {@code celery.canvas}.
 */
final class CanvasFreezer {

	private final String clientId;

	CanvasFreezer(String clientId) {
		this.clientId = clientId;
	}

	/**
	 * Gives work its ids, where it has none.
	 * @param signature the work
	 * @param place where it belongs
	 * @return the work with its ids, and where its result will be
	 */
	Frozen freeze(Signature signature, Place place) {
		if (signature instanceof TaskSignature task) {
			return freezeTask(task, place);
		}
		if (signature instanceof Chain chain) {
			return freezeChain(chain, place);
		}
		if (signature instanceof Group group) {
			return freezeGroup(group, place);
		}
		return freezeChord((Chord) signature, place);
	}

	private Frozen freezeTask(TaskSignature task, Place place) {
		TaskOptions own = task.options();
		String id = idOf(own.taskId(), place.id());
		TaskOptions frozen = placed(own, place).taskId(id)
			.replyTo((own.replyTo() != null) ? own.replyTo() : this.clientId)
			.build();
		return new Frozen(task.withOptions(frozen), ResultNode.task(id));
	}

	private Frozen freezeChain(Chain chain, Place place) {
		List<Frozen> steps = freezeSteps(CanvasShape.steps(chain.tasks(), false),
				place.withId((place.id() != null) ? place.id() : chain.options().taskId()));
		if (steps.isEmpty()) {
			throw new InvalidMessageException("A chain without tasks cannot be a part of other work");
		}
		ResultNode last = steps.get(steps.size() - 1).result();
		TaskOptions options = chain.options().mutate().taskId(last.id()).build();
		return new Frozen(new Chain(steps.stream().map(Frozen::signature).toList(), options, chain.immutable()), last);
	}

	/**
	 * Gives ids to the steps of a chain.
	 * @param steps as {@link CanvasShape#steps} makes them
	 * @param place where the chain belongs, which is where its last task does
	 * @return the steps; the result of each comes after that of the step before
	 */
	List<Frozen> freezeSteps(List<Signature> steps, Place place) {
		List<Frozen> frozen = new ArrayList<>(steps.size());
		for (int i = steps.size() - 1; i >= 0; i--) {
			boolean last = i == steps.size() - 1;
			Frozen step = freeze(steps.get(i), last ? place : place.begin());
			if (!last) {
				frozen.get(frozen.size() - 1).result().begin(step.result());
			}
			frozen.add(step);
		}
		Collections.reverse(frozen);
		return frozen;
	}

	private Frozen freezeGroup(Group group, Place place) {
		TaskOptions own = group.options();
		String id = idOf(own.taskId(), null);
		String root = (own.rootId() != null) ? own.rootId() : place.rootId();
		Place members = new Place(null, root, place.groupId(), null, place.chord());
		List<Signature> tasks = new ArrayList<>(group.tasks().size());
		List<ResultNode> results = new ArrayList<>(group.tasks().size());
		for (Signature task : CanvasShape.header(group.tasks())) {
			Frozen member = freeze(task, members.member(tasks.size()));
			tasks.add(member.signature());
			results.add(member.result());
		}
		TaskOptions options = placed(own, place).taskId(id).rootId(root).build();
		return new Frozen(new Group(tasks, options, group.immutable()), ResultNode.group(id, results));
	}

	/**
	 * The tasks of the header do not get the body, which the chord itself has: it would
	 * be in the message as often as there are tasks. Who sends the chord gives it them.
	 */
	private Frozen freezeChord(Chord chord, Place place) {
		Group own = chord.header();
		String id = idOf(own.options().taskId(), chord.options().taskId());
		Frozen header = freeze(own.withOptions(own.options().mutate().taskId(id).build()),
				Place.of(null, place.rootId()));
		Frozen body = freeze(chord.body(), place);
		body.result().begin(header.result());
		TaskOptions options = chord.options().mutate().taskId(id).build();
		return new Frozen(new Chord((Group) header.signature(), body.signature(), options, chord.immutable()),
				body.result());
	}

	private static TaskOptionsBuilder placed(TaskOptions own, Place place) {
		String group = (own.groupId() != null) ? own.groupId() : place.groupId();
		Integer index = (place.groupIndex() != null) ? place.groupIndex() : own.groupIndex();
		return own.mutate()
			.group(group, index)
			.rootId((place.rootId() != null) ? place.rootId() : own.rootId())
			.chord((place.chord() != null) ? place.chord() : own.chord());
	}

	private static String idOf(@Nullable String own, @Nullable String other) {
		if (own != null) {
			return own;
		}
		return (other != null) ? other : TaskIds.next();
	}

	/**
	 * Work with its ids.
	 *
	 * @param signature the work
	 * @param result where its result will be
	 */
	record Frozen(Signature signature, ResultNode result) {

	}

}
