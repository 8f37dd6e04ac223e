package io.github.celeryspring;

import org.jspecify.annotations.Nullable;

/**
 * The task that was waited for failed or was revoked. Carries the three parts of Celery's
 * exception document, whatever language raised it.
 *
 * @since 0.1.0
 */
public class RemoteTaskException extends CeleryException {

	private final String taskId;

	private final String type;

	private final @Nullable String module;

	private final String remoteMessage;

	private final @Nullable String traceback;

	/**
	 * Creates the exception.
	 * @param taskId the id of the task
	 * @param type the class name of the remote exception, such as {@code ValueError}
	 * @param module the module or package of that class, or {@code null}
	 * @param message the remote message
	 * @param traceback the remote stack trace as text, or {@code null}
	 */
	public RemoteTaskException(String taskId, String type, @Nullable String module, String message,
			@Nullable String traceback) {
		super("Task " + taskId + " raised " + type + ": " + message);
		this.taskId = taskId;
		this.type = type;
		this.module = module;
		this.remoteMessage = message;
		this.traceback = traceback;
	}

	/**
	 * Returns the id of the task.
	 * @return the task id
	 */
	public String getTaskId() {
		return this.taskId;
	}

	/**
	 * Returns the class name of the remote exception ({@code exc_type}).
	 * @return the type, without its module
	 */
	public String getType() {
		return this.type;
	}

	/**
	 * Returns the module or package of the remote exception ({@code exc_module}).
	 * @return the module, or {@code null} if the document names none
	 */
	public @Nullable String getModule() {
		return this.module;
	}

	/**
	 * Returns the message of the remote exception.
	 * @return the message, possibly empty
	 */
	public String getRemoteMessage() {
		return this.remoteMessage;
	}

	/**
	 * Returns the remote stack trace.
	 * @return the text, or {@code null} if none was stored
	 */
	public @Nullable String getTraceback() {
		return this.traceback;
	}

}
