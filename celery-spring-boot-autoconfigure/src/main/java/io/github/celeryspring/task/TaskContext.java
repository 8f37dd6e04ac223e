package io.github.celeryspring.task;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The task that is running: Celery's {@code self.request}. Declare a parameter of this
 * type to get it. Thread-safe.
 *
 * @since 0.1.0
 */
public interface TaskContext {

	/**
	 * The id of the task.
	 * @return the id
	 */
	String id();

	/**
	 * The name of the task.
	 * @return the name
	 */
	String taskName();

	/**
	 * How often it was retried.
	 * @return from 0
	 */
	int retries();

	/**
	 * The queue it came from.
	 * @return the name
	 */
	String queue();

	/**
	 * Whether an earlier worker may have begun it.
	 * @return whether the message was redelivered
	 */
	boolean redelivered();

	/**
	 * Whether the message may have been given to another worker meanwhile, because this
	 * one was stopped for longer than the visibility timeout.
	 * @return whether the lease was lost
	 */
	boolean leaseLost();

	/**
	 * The sender's own headers.
	 * @return the headers that are not the protocol's
	 */
	Map<String, @Nullable Object> headers();

	/**
	 * The id of the workflow's first task.
	 * @return the root id, its own id if it is the first
	 */
	String rootId();

	/**
	 * The id of the task that sent it.
	 * @return the parent id, or {@code null}
	 */
	@Nullable String parentId();

	/**
	 * The id of its group.
	 * @return the group id, or {@code null}
	 */
	@Nullable String groupId();

	/**
	 * Remembers a task that this one sent, so that it is listed among its children. The
	 * client does this by itself.
	 * @param taskId the id of the task sent
	 */
	void addChild(String taskId);

	/**
	 * The task that runs on this thread.
	 * @return the context, or {@code null} outside of tasks
	 */
	static @Nullable TaskContext current() {
		return CurrentTask.get();
	}

}
