package io.github.celeryspring.worker;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskOptionsBuilder;

/**
 * What work inherits from the task that it follows.
 *
 * @param inheritPriority whether the priority, too; Celery's
 * {@code task_inherit_parent_priority}
 */
record FollowerOptions(boolean inheritPriority) {

	/**
	 * What is inherited unless the signature says otherwise.
	 * @param request the task that goes before
	 * @param signature what follows
	 * @return the priority, or nothing
	 */
	TaskOptions inherited(TaskRequest request, Signature signature) {
		return (this.inheritPriority && signature.options().priority() == null)
				? TaskOptions.builder().priority(request.priority()).build() : TaskOptions.NONE;
	}

	/**
	 * What is inherited whatever the signature says.
	 * @param request the task that goes before
	 * @return the root, its id as the parent's, and the priority
	 */
	TaskOptionsBuilder family(TaskRequest request) {
		TaskOptionsBuilder options = TaskOptions.builder().rootId(request.rootId()).parentId(request.id());
		return this.inheritPriority ? options.priority(request.priority()) : options;
	}

}
