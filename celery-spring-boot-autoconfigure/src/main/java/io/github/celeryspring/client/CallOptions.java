package io.github.celeryspring.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.canvas.TaskOptions;
import org.jspecify.annotations.Nullable;

/**
 * Puts the options of a call over those of a signature. Counterpart of
 * {@code celery.canvas.Signature._merge}.
 */
final class CallOptions {

	private CallOptions() {
	}

	/**
	 * What the call says wins, but a task stays in the group that it is in, and keeps its
	 * stamps: whoever waits for the group would wait for ever.
	 * @param own of the signature
	 * @param call of the call
	 * @return both
	 */
	static TaskOptions apply(TaskOptions own, TaskOptions call) {
		TaskOptions merged = over(own, call);
		if (own.groupId() != null && !own.groupId().equals(merged.groupId())) {
			return merged.mutate().group(own.groupId(), merged.groupIndex()).build();
		}
		return merged;
	}

	/**
	 * What the call says wins.
	 * @param own of the signature
	 * @param call of the call
	 * @return both
	 */
	static TaskOptions over(TaskOptions own, TaskOptions call) {
		if (call.equals(TaskOptions.NONE)) {
			return own;
		}
		boolean delayed = call.eta() != null || call.countdown() != null;
		boolean expiring = call.expires() != null || call.expiresIn() != null;
		return new TaskOptions(first(call.taskId(), own.taskId()), first(call.queue(), own.queue()),
				first(call.exchange(), own.exchange()), first(call.routingKey(), own.routingKey()),
				first(call.priority(), own.priority()), delayed ? call.eta() : own.eta(),
				delayed ? call.countdown() : own.countdown(), expiring ? call.expires() : own.expires(),
				expiring ? call.expiresIn() : own.expiresIn(), first(call.ignoreResult(), own.ignoreResult()),
				first(call.shadow(), own.shadow()), first(call.softTimeLimit(), own.softTimeLimit()),
				first(call.timeLimit(), own.timeLimit()), first(call.serializer(), own.serializer()),
				first(call.compression(), own.compression()), first(call.replyTo(), own.replyTo()),
				first(call.rootId(), own.rootId()), first(call.parentId(), own.parentId()),
				first(call.groupId(), own.groupId()), first(call.groupIndex(), own.groupIndex()),
				first(call.retries(), own.retries()), first(call.replacedTaskNesting(), own.replacedTaskNesting()),
				first(call.chord(), own.chord()), first(call.chain(), own.chain()), first(call.link(), own.link()),
				first(call.linkError(), own.linkError()), union(call.stamps(), own.stamps()),
				(!call.headers().isEmpty()) ? call.headers() : own.headers(), union(own.others(), call.others()));
	}

	private static <T> @Nullable T first(@Nullable T value, @Nullable T other) {
		return (value != null) ? value : other;
	}

	private static <T> List<T> first(List<T> values, List<T> others) {
		return (!values.isEmpty()) ? values : others;
	}

	private static Map<String, @Nullable Object> union(Map<String, @Nullable Object> weak,
			Map<String, @Nullable Object> strong) {
		if (weak.isEmpty() || strong.isEmpty()) {
			return weak.isEmpty() ? strong : weak;
		}
		Map<String, @Nullable Object> union = new LinkedHashMap<>(weak);
		union.putAll(strong);
		return union;
	}

	/**
	 * What is left for the first task of a chain: the rest is about the whole.
	 * @param options of a chain
	 * @param chain what follows the first task, or {@code null}
	 * @return the options of its first task
	 */
	static TaskOptions ofFirst(TaskOptions options, @Nullable List<?> chain) {
		return options.mutate()
			.taskId(null)
			.rootId(null)
			.parentId(null)
			.group(null, null)
			.chord(null)
			.links(List.of())
			.linkErrors(List.of())
			.chain(chain)
			.build();
	}

	/**
	 * What is left for each member of a group.
	 * @param options of a group
	 * @param groupId the id of the group
	 * @return the options of its members
	 */
	static TaskOptions ofMembers(TaskOptions options, String groupId) {
		return options.mutate().taskId(null).group(groupId, null).build();
	}

	/**
	 * What is left for the header of a chord: what follows follows the body.
	 * @param options of a chord
	 * @return the options of its header
	 */
	static TaskOptions ofHeader(TaskOptions options) {
		return options.mutate().taskId(null).chain(null).chord(null).links(List.of()).linkErrors(List.of()).build();
	}

	/**
	 * What is left for the body of a chord. It is not delayed, as the header is; its
	 * parent is the task that comes last in the header; and links are added to its own.
	 * @param options of a chord
	 * @return the options of its body
	 */
	static TaskOptions ofBody(TaskOptions options) {
		return options.mutate()
			.taskId(null)
			.parentId(null)
			.countdown(null)
			.eta(null)
			.links(List.of())
			.linkErrors(List.of())
			.build();
	}

}
