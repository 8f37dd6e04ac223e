package io.github.celeryspring.testsupport;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.result.ChordBackend;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;

/**
 * The contract of {@link ChordBackend} without Redis. A turn lasts for ever: one that was
 * given is given again to the same task only.
 */
final class InMemoryChords implements ChordBackend {

	private final Serializers serializers;

	private final Map<String, Integer> sizes = new HashMap<>();

	private final Map<String, Map<ChordMember, TaskResult>> parts = new HashMap<>();

	private final Map<String, ChordMember> turns = new HashMap<>();

	private final Map<String, ResultTree> groups = new HashMap<>();

	private final Set<String> done = ConcurrentHashMap.newKeySet();

	InMemoryChords(Serializers serializers) {
		this.serializers = serializers;
	}

	@Override
	public synchronized CompletionStage<Void> setSize(String groupId, int size) {
		this.sizes.put(groupId, size);
		return done(null);
	}

	@Override
	public synchronized CompletionStage<Void> addMember(String groupId) {
		this.sizes.merge(groupId, 1, Integer::sum);
		return done(null);
	}

	@Override
	public synchronized CompletionStage<Boolean> partReturned(ChordMember member, TaskState state, Object result) {
		if (!(result instanceof TaskFailure)) {
			this.serializers.json().serialize(result);
		}
		String group = member.groupId();
		Map<ChordMember, TaskResult> returned = this.parts.computeIfAbsent(group, (id) -> new LinkedHashMap<>());
		returned.putIfAbsent(member,
				new TaskResult(member.taskId(), state, result, null, null, null, null, null, null));
		boolean last = this.sizes.containsKey(group) && returned.size() >= this.sizes.get(group)
				&& !this.done.contains(group);
		return done(last && this.turns.computeIfAbsent(group, (id) -> member).equals(member));
	}

	@Override
	public synchronized CompletionStage<List<TaskResult>> parts(String groupId) {
		List<TaskResult> results = new ArrayList<>();
		this.parts.get(groupId)
			.entrySet()
			.stream()
			.sorted(Comparator.comparing((entry) -> entry.getKey().index(), Comparator.nullsLast(Integer::compare)))
			.forEach((entry) -> results.add(entry.getValue()));
		return done(results);
	}

	@Override
	public CompletionStage<Void> bodySent(ChordMember member) {
		this.done.add(member.groupId());
		return done(null);
	}

	@Override
	public CompletionStage<Void> failed(String groupId) {
		this.done.add(groupId);
		return done(null);
	}

	@Override
	public synchronized CompletionStage<Void> saveGroup(ResultTree group) {
		this.groups.put(group.id(), group);
		return done(null);
	}

	@Override
	public synchronized CompletionStage<ResultTree> restoreGroup(String groupId) {
		return done(this.groups.get(groupId));
	}

	@Override
	public synchronized CompletionStage<Void> deleteGroup(String groupId) {
		this.groups.remove(groupId);
		return done(null);
	}

	private static <T> CompletionStage<T> done(T value) {
		return CompletableFuture.completedFuture(value);
	}

}
