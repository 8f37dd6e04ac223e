package io.github.celeryspring.result;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The result document of a task. To be stored, {@code result} is any value that the
 * serializer can write, or a {@link TaskFailure}; read, it is a {@code JsonNode} or a
 * {@link TaskFailure}.
 *
 * @param taskId the id
 * @param state the state; never PENDING when stored
 * @param result the return value, the meta value of a custom state, or a
 * {@link TaskFailure} in exception states
 * @param traceback the stack trace as text, or {@code null}
 * @param children what was sent by the task, or {@code null} if not known
 * @param dateDone when it ended, or {@code null} if it has not, or the document does not
 * say
 * @param groupId the id of its group, or {@code null}
 * @param parentId the id of the task that sent it, or {@code null}
 * @param extended what the document says about the task itself, or {@code null}
 * @since 0.1.0
 */
public record TaskResult(String taskId, TaskState state, @Nullable Object result, @Nullable String traceback,
		@Nullable List<ResultTree> children, @Nullable Instant dateDone, @Nullable String groupId,
		@Nullable String parentId, @Nullable ExtendedResult extended) {

	/**
	 * A document that says nothing about the task itself.
	 * @param taskId the id
	 * @param state the state
	 * @param result the result
	 * @param traceback the stack trace as text, or {@code null}
	 * @param children what was sent by the task, or {@code null}
	 * @param dateDone when it ended, or {@code null}
	 * @param groupId the id of its group, or {@code null}
	 * @param parentId the id of the task that sent it, or {@code null}
	 */
	public TaskResult(String taskId, TaskState state, @Nullable Object result, @Nullable String traceback,
			@Nullable List<ResultTree> children, @Nullable Instant dateDone, @Nullable String groupId,
			@Nullable String parentId) {
		this(taskId, state, result, traceback, children, dateDone, groupId, parentId, null);
	}

	/**
	 * What is known of a task without a document.
	 * @param taskId the id
	 * @return state PENDING
	 */
	public static TaskResult pending(String taskId) {
		return new TaskResult(taskId, TaskState.PENDING, null, null, null, null, null, null);
	}

}
