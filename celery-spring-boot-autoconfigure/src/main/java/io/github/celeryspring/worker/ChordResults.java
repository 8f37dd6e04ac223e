package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;
import org.jspecify.annotations.Nullable;

/**
 * Puts the results of a chord's header together. Counterpart of the end of
 * {@code celery.backends.redis.RedisBackend.on_chord_part_return}.
 */
final class ChordResults {

	/** Celery's {@code result_chord_join_timeout}. */
	private static final long JOIN_TIMEOUT_MILLIS = 3000;

	private final ResultBackend results;

	ChordResults(ResultBackend results) {
		this.results = results;
	}

	/**
	 * Reads what the header returned.
	 * @param groupId the header
	 * @return completes with the results, nested as the groups in the header are
	 */
	CompletionStage<Joined> read(String groupId) {
		CompletionStage<@Nullable ResultTree> saved = this.results.chords().restoreGroup(groupId);
		return this.results.chords()
			.parts(groupId)
			.thenCombine(saved,
					(parts, tree) -> (tree != null) ? nested(tree, parts)
							: CompletableFuture.completedStage(joined(parts)))
			.thenCompose((joined) -> joined);
	}

	private static Joined joined(List<TaskResult> parts) {
		List<@Nullable Object> values = new ArrayList<>(parts.size());
		for (TaskResult part : parts) {
			if (part.state().isPropagated()) {
				return new Joined(List.of(), part);
			}
			values.add(part.result());
		}
		return new Joined(values, null);
	}

	private CompletionStage<Joined> nested(ResultTree tree, List<TaskResult> parts) {
		Map<String, TaskResult> byId = new HashMap<>();
		parts.forEach((part) -> byId.put(part.taskId(), part));
		List<String> leaves = new ArrayList<>();
		leaves(tree, leaves);
		CompletionStage<?> complete = CompletableFuture.completedStage(null);
		for (String leaf : leaves) {
			if (!byId.containsKey(leaf)) {
				complete = complete.thenCombine(
						this.results.whenReady(leaf).orTimeout(JOIN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS),
						(before, result) -> byId.put(leaf, result));
			}
		}
		return complete.thenApply((all) -> {
			for (String leaf : leaves) {
				TaskResult result = known(byId, leaf);
				if (result.state().isPropagated()) {
					return new Joined(List.of(), result);
				}
			}
			return new Joined(values(tree, byId), null);
		});
	}

	private static void leaves(ResultTree tree, List<String> leaves) {
		List<ResultTree> members = tree.members();
		if (members == null) {
			leaves.add(tree.id());
		}
		else {
			members.forEach((member) -> leaves(member, leaves));
		}
	}

	private static List<@Nullable Object> values(ResultTree group, Map<String, TaskResult> byId) {
		List<@Nullable Object> values = new ArrayList<>();
		List<ResultTree> members = group.members();
		for (ResultTree member : (members != null) ? members : List.<ResultTree>of()) {
			values.add((member.members() != null) ? values(member, byId) : known(byId, member.id()).result());
		}
		return values;
	}

	private static TaskResult known(Map<String, TaskResult> byId, String id) {
		return Objects.requireNonNull(byId.get(id));
	}

	/**
	 * What a header returned.
	 *
	 * @param values the results, if none has failed
	 * @param failed the first that has failed, or {@code null}
	 */
	record Joined(List<@Nullable Object> values, @Nullable TaskResult failed) {

	}

}
