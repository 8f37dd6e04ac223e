package io.github.celeryspring.control;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.celeryspring.control.ControlRequest.ReplyAddress;
import io.github.celeryspring.control.ControlRequest.Scope;
import io.github.celeryspring.kombu.ReplyQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import tools.jackson.databind.JsonNode;

/**
 * Asks and commands workers, Python's and ours. Immutable and thread-safe; everything
 * blocks. Counterpart of {@code celery.app.control}.
 * <p>
 * A method with replies blocks until the next one has not come for the timeout, or there
 * are as many as workers were {@linkplain #to named}, or as the {@linkplain #withLimit
 * limit} says. Nobody knows how many workers there are: one that does not answer in time
 * is not in the map, whose keys are the names of the workers.
 * <p>
 * All methods throw {@link io.github.celeryspring.BrokerUnavailableException} if Redis
 * cannot be reached.
 *
 * @since 0.1.0
 */
public final class CeleryControl {

	/** How long replies are waited for unless something else is said, as in Celery. */
	public static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final ControlMailbox mailbox;

	private final Scope scope;

	private final Duration timeout;

	private final @Nullable Integer limit;

	/**
	 * Creates a client that speaks to all workers.
	 * @param mailbox where the workers listen
	 */
	public CeleryControl(ControlMailbox mailbox) {
		this(mailbox, Scope.ALL, TIMEOUT, null);
	}

	private CeleryControl(ControlMailbox mailbox, Scope scope, Duration timeout, @Nullable Integer limit) {
		this.mailbox = mailbox;
		this.scope = scope;
		this.timeout = timeout;
		this.limit = limit;
	}

	/**
	 * Speaks to some workers only: Celery's {@code destination}.
	 * @param nodenames their names; none for all workers
	 * @return another client
	 */
	public CeleryControl to(String... nodenames) {
		Scope named = (nodenames.length > 0) ? new Scope(List.of(nodenames), null, null) : Scope.ALL;
		return new CeleryControl(this.mailbox, named, this.timeout, this.limit);
	}

	/**
	 * Speaks to the workers whose names match.
	 * @param pattern the pattern
	 * @param matcher {@code glob} or {@code pcre}
	 * @return another client
	 */
	public CeleryControl matching(String pattern, String matcher) {
		return new CeleryControl(this.mailbox, new Scope(null, pattern, matcher), this.timeout, this.limit);
	}

	/**
	 * Waits for replies for another time.
	 * @param timeout how long the next reply is waited for
	 * @return another client
	 */
	public CeleryControl withTimeout(Duration timeout) {
		Assert.isTrue(!timeout.isNegative(), "'timeout' must not be negative");
		return new CeleryControl(this.mailbox, this.scope, timeout, this.limit);
	}

	/**
	 * Waits for so many replies at most.
	 * @param limit how many, from 1
	 * @return another client
	 */
	public CeleryControl withLimit(int limit) {
		Assert.isTrue(limit > 0, "'limit' must be positive");
		return new CeleryControl(this.mailbox, this.scope, this.timeout, limit);
	}

	/**
	 * Sends a command and waits for the replies: {@code control.broadcast} with
	 * {@code reply=True}.
	 * @param command the name of the command
	 * @param arguments its arguments by name, values that JSON can express
	 * @return what each worker replied
	 */
	public Map<String, JsonNode> call(String command, Map<String, ?> arguments) {
		ReplyAddress address = this.mailbox.newReplyAddress();
		try (ReplyQueue queue = ControlReplies.join("Waiting for replies", this.mailbox.openReplies(address))) {
			send(new ControlRequest(command, arguments, this.scope, address), this.timeout);
			return new ControlReplies(this.mailbox.serializers(), address.ticket()).collect(queue, limit(),
					this.timeout);
		}
	}

	private int limit() {
		if (this.limit != null) {
			return this.limit;
		}
		List<String> destination = this.scope.destination();
		return (destination != null) ? destination.size() : Integer.MAX_VALUE;
	}

	/**
	 * Sends a command and waits for no reply: {@code control.broadcast}.
	 * @param command the name of the command
	 * @param arguments its arguments by name, values that JSON can express
	 */
	public void cast(String command, Map<String, ?> arguments) {
		send(new ControlRequest(command, arguments, this.scope, null), null);
	}

	private void send(ControlRequest request, @Nullable Duration timeout) {
		ControlReplies.join("Sending command '" + request.method() + "' to workers",
				this.mailbox.publish(request, timeout));
	}

	/**
	 * Asks which workers are there.
	 * @return the names of those who answered
	 */
	public Set<String> ping() {
		return call("ping", Map.of()).keySet();
	}

	/**
	 * Asks for the tasks that run.
	 * @return a list of tasks from each worker
	 */
	public Map<String, JsonNode> active() {
		return call("active", Map.of());
	}

	/**
	 * Asks for the tasks that were received and do not run yet.
	 * @return a list of tasks from each worker
	 */
	public Map<String, JsonNode> reserved() {
		return call("reserved", Map.of());
	}

	/**
	 * Asks for the tasks that a worker holds until their time comes. Java workers hold
	 * none: theirs wait in Redis.
	 * @return a list of {@code eta}, {@code priority} and {@code request} from each
	 * worker
	 */
	public Map<String, JsonNode> scheduled() {
		return call("scheduled", Map.of());
	}

	/**
	 * Asks for the tasks that are known.
	 * @param attributes what to say of each, such as {@code rate_limit}; none for
	 * Celery's choice
	 * @return a list of names from each worker
	 */
	public Map<String, JsonNode> registered(String... attributes) {
		return call("registered", Map.of("taskinfoitems", List.of(attributes)));
	}

	/**
	 * Asks for the revoked tasks.
	 * @return a list of ids from each worker
	 */
	public Map<String, JsonNode> revoked() {
		return call("revoked", Map.of());
	}

	/**
	 * Asks for statistics.
	 * @return a document from each worker
	 */
	public Map<String, JsonNode> stats() {
		return call("stats", Map.of());
	}

	/**
	 * Asks for the queues that are consumed.
	 * @return a list of queues from each worker
	 */
	public Map<String, JsonNode> activeQueues() {
		return call("active_queues", Map.of());
	}

	/**
	 * Asks for tasks by their ids.
	 * @param taskIds the ids
	 * @return from each worker those that it knows: by id, the state and the task
	 */
	public Map<String, JsonNode> queryTask(String... taskIds) {
		return call("query_task", Map.of("ids", List.of(taskIds)));
	}

	/**
	 * Asks for the settings.
	 * @return a document from each worker
	 */
	public Map<String, JsonNode> conf() {
		return call("conf", Map.of("with_defaults", false));
	}

	/**
	 * Revokes tasks: workers that have not begun them will not do so.
	 * @param taskIds the ids
	 */
	public void revoke(String... taskIds) {
		revoke(Arrays.asList(taskIds), false, null);
	}

	/**
	 * Revokes tasks.
	 * @param taskIds the ids
	 * @param terminate whether those that run are terminated: a Java worker interrupts
	 * their threads, a Python worker kills the process
	 * @param signal the signal for Python workers, such as {@code SIGKILL}; {@code null}
	 * for Celery's {@code SIGTERM}
	 */
	public void revoke(Collection<String> taskIds, boolean terminate, @Nullable String signal) {
		cast("revoke", revoking("task_id", List.copyOf(taskIds), terminate, signal));
	}

	/**
	 * Revokes the tasks that have any of these stamps. Python understands it from Celery
	 * 5.3 on.
	 * @param stamps values, or lists of them, by the name of the stamp
	 * @param terminate whether those that run are terminated
	 * @param signal the signal for Python workers; {@code null} for {@code SIGTERM}
	 */
	public void revokeByStampedHeaders(Map<String, ?> stamps, boolean terminate, @Nullable String signal) {
		cast("revoke_by_stamped_headers", revoking("headers", stamps, terminate, signal));
	}

	private static Map<String, Object> revoking(String name, Object what, boolean terminate, @Nullable String signal) {
		Map<String, Object> arguments = new LinkedHashMap<>();
		arguments.put(name, what);
		arguments.put("terminate", terminate);
		arguments.put("signal", (signal != null) ? signal : "SIGTERM");
		return arguments;
	}

	/**
	 * Changes the rate limit of a task.
	 * @param task the name of the task
	 * @param rate such as {@code 10/m}; {@code 0} for none
	 * @return {@code ok} or {@code error} with a text from each worker
	 */
	public Map<String, JsonNode> rateLimit(String task, String rate) {
		return call("rate_limit", Map.of("task_name", task, "rate_limit", rate));
	}

	/**
	 * Changes the time limits of a task.
	 * @param task the name of the task
	 * @param soft when the task is told, or {@code null} for never
	 * @param hard when it is ended, or {@code null} for never
	 * @return {@code ok} or {@code error} with a text from each worker
	 */
	public Map<String, JsonNode> timeLimit(String task, @Nullable Duration soft, @Nullable Duration hard) {
		Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
		arguments.put("task_name", task);
		arguments.put("soft", seconds(soft));
		arguments.put("hard", seconds(hard));
		return call("time_limit", arguments);
	}

	private static @Nullable Double seconds(@Nullable Duration duration) {
		return (duration != null) ? Double.valueOf(duration.toMillis() / 1000.0) : null;
	}

}
