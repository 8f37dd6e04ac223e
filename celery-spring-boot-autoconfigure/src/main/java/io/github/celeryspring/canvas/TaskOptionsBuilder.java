package io.github.celeryspring.canvas;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Builds {@link TaskOptions}. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class TaskOptionsBuilder {

	private @Nullable String taskId;

	private @Nullable String queue;

	private @Nullable String exchange;

	private @Nullable String routingKey;

	private @Nullable Integer priority;

	private @Nullable Instant eta;

	private @Nullable Duration countdown;

	private @Nullable Instant expires;

	private @Nullable Duration expiresIn;

	private @Nullable Boolean ignoreResult;

	private @Nullable String shadow;

	private @Nullable Duration softTimeLimit;

	private @Nullable Duration timeLimit;

	private @Nullable String serializer;

	private @Nullable String compression;

	private @Nullable String replyTo;

	private @Nullable String rootId;

	private @Nullable String parentId;

	private @Nullable String groupId;

	private @Nullable Integer groupIndex;

	private @Nullable Integer retries;

	private @Nullable Integer replacedTaskNesting;

	private @Nullable Signature chord;

	private @Nullable List<?> chain;

	private final List<Signature> link = new ArrayList<>();

	private final List<Signature> linkError = new ArrayList<>();

	private final Map<String, @Nullable Object> stamps = new LinkedHashMap<>();

	private final Map<String, @Nullable Object> headers = new LinkedHashMap<>();

	private final Map<String, @Nullable Object> others = new LinkedHashMap<>();

	TaskOptionsBuilder() {
	}

	TaskOptionsBuilder(TaskOptions options) {
		this.taskId = options.taskId();
		this.queue = options.queue();
		this.exchange = options.exchange();
		this.routingKey = options.routingKey();
		this.priority = options.priority();
		this.eta = options.eta();
		this.countdown = options.countdown();
		this.expires = options.expires();
		this.expiresIn = options.expiresIn();
		this.ignoreResult = options.ignoreResult();
		this.shadow = options.shadow();
		this.softTimeLimit = options.softTimeLimit();
		this.timeLimit = options.timeLimit();
		this.serializer = options.serializer();
		this.compression = options.compression();
		this.replyTo = options.replyTo();
		this.rootId = options.rootId();
		this.parentId = options.parentId();
		this.groupId = options.groupId();
		this.groupIndex = options.groupIndex();
		this.retries = options.retries();
		this.replacedTaskNesting = options.replacedTaskNesting();
		this.chord = options.chord();
		this.chain = options.chain();
		this.link.addAll(options.link());
		this.linkError.addAll(options.linkError());
		this.stamps.putAll(options.stamps());
		this.headers.putAll(options.headers());
		this.others.putAll(options.others());
	}

	/**
	 * Sets the id of the task.
	 * @param taskId the id, unique in the result backend
	 * @return this
	 */
	public TaskOptionsBuilder taskId(@Nullable String taskId) {
		this.taskId = taskId;
		return this;
	}

	/**
	 * Sets the queue.
	 * @param queue the name of the queue
	 * @return this
	 */
	public TaskOptionsBuilder queue(@Nullable String queue) {
		this.queue = queue;
		return this;
	}

	/**
	 * Sets the priority.
	 * @param priority 0 to 255; 0 is the most urgent on Redis
	 * @return this
	 */
	public TaskOptionsBuilder priority(int priority) {
		this.priority = priority;
		return this;
	}

	/**
	 * Runs it at a time, not before.
	 * @param eta the time
	 * @return this
	 */
	public TaskOptionsBuilder eta(@Nullable Instant eta) {
		this.eta = eta;
		return this;
	}

	/**
	 * Runs it after a while.
	 * @param countdown from the time of sending
	 * @return this
	 */
	public TaskOptionsBuilder countdown(@Nullable Duration countdown) {
		this.countdown = countdown;
		return this;
	}

	/**
	 * Gives up at a time: a task not begun by then is revoked.
	 * @param expires the time
	 * @return this
	 */
	public TaskOptionsBuilder expires(Instant expires) {
		this.expires = expires;
		return this;
	}

	/**
	 * Gives up after a while: a task not begun by then is revoked.
	 * @param expiresIn from the time of sending
	 * @return this
	 */
	public TaskOptionsBuilder expires(Duration expiresIn) {
		this.expiresIn = expiresIn;
		return this;
	}

	/**
	 * Says whether the result is stored, whatever the worker's own setting is.
	 * @param ignoreResult whether not
	 * @return this
	 */
	public TaskOptionsBuilder ignoreResult(boolean ignoreResult) {
		this.ignoreResult = ignoreResult;
		return this;
	}

	/**
	 * Shows another name in logs and monitors.
	 * @param shadow the name
	 * @return this
	 */
	public TaskOptionsBuilder shadow(@Nullable String shadow) {
		this.shadow = shadow;
		return this;
	}

	/**
	 * Sets the soft time limit.
	 * @param limit the limit
	 * @return this
	 */
	public TaskOptionsBuilder softTimeLimit(@Nullable Duration limit) {
		this.softTimeLimit = limit;
		return this;
	}

	/**
	 * Sets the hard time limit.
	 * @param limit the limit
	 * @return this
	 */
	public TaskOptionsBuilder timeLimit(@Nullable Duration limit) {
		this.timeLimit = limit;
		return this;
	}

	/**
	 * Sets the reply queue.
	 * @param replyTo the name
	 * @return this
	 */
	public TaskOptionsBuilder replyTo(@Nullable String replyTo) {
		this.replyTo = replyTo;
		return this;
	}

	/**
	 * Sets the id of the workflow.
	 * @param rootId id of its first task
	 * @return this
	 */
	public TaskOptionsBuilder rootId(@Nullable String rootId) {
		this.rootId = rootId;
		return this;
	}

	/**
	 * Sets the id of the sender.
	 * @param parentId id of the sending task
	 * @return this
	 */
	public TaskOptionsBuilder parentId(@Nullable String parentId) {
		this.parentId = parentId;
		return this;
	}

	/**
	 * Adds a header of the caller's own.
	 * @param name its name; none of the protocol's
	 * @param value its value
	 * @return this
	 */
	public TaskOptionsBuilder header(String name, @Nullable Object value) {
		this.headers.put(name, value);
		return this;
	}

	/**
	 * Sets the exchange.
	 * @param exchange its name; empty for the default exchange
	 * @return this
	 */
	public TaskOptionsBuilder exchange(@Nullable String exchange) {
		this.exchange = exchange;
		return this;
	}

	/**
	 * Sets the routing key.
	 * @param routingKey the key
	 * @return this
	 */
	public TaskOptionsBuilder routingKey(@Nullable String routingKey) {
		this.routingKey = routingKey;
		return this;
	}

	/**
	 * Sets the serializer of the arguments.
	 * @param serializer its name, such as {@code json}
	 * @return this
	 */
	public TaskOptionsBuilder serializer(@Nullable String serializer) {
		this.serializer = serializer;
		return this;
	}

	/**
	 * Sets the compression of the arguments.
	 * @param compression its name, such as {@code gzip}
	 * @return this
	 */
	public TaskOptionsBuilder compression(@Nullable String compression) {
		this.compression = compression;
		return this;
	}

	/**
	 * Makes it a member of a group.
	 * @param groupId the id of the group
	 * @param groupIndex its place, from 0
	 * @return this
	 */
	public TaskOptionsBuilder group(@Nullable String groupId, @Nullable Integer groupIndex) {
		this.groupId = groupId;
		this.groupIndex = groupIndex;
		return this;
	}

	/**
	 * Says how often it was retried before.
	 * @param retries from 0
	 * @return this
	 */
	public TaskOptionsBuilder retries(@Nullable Integer retries) {
		this.retries = retries;
		return this;
	}

	/**
	 * Says how often it was replaced.
	 * @param nesting from 0
	 * @return this
	 */
	public TaskOptionsBuilder replacedTaskNesting(@Nullable Integer nesting) {
		this.replacedTaskNesting = nesting;
		return this;
	}

	/**
	 * Makes it a part of the header of a chord.
	 * @param body the body of the chord
	 * @return this
	 */
	public TaskOptionsBuilder chord(@Nullable Signature body) {
		this.chord = body;
		return this;
	}

	/**
	 * Sets what follows in the chain.
	 * @param chain as on the wire, the next one last
	 * @return this
	 */
	public TaskOptionsBuilder chain(@Nullable List<?> chain) {
		this.chain = chain;
		return this;
	}

	/**
	 * Adds a callback.
	 * @param callback called with the result
	 * @return this
	 */
	public TaskOptionsBuilder link(Signature callback) {
		this.link.add(callback);
		return this;
	}

	/**
	 * Adds an errback.
	 * @param errback called if the task fails
	 * @return this
	 */
	public TaskOptionsBuilder linkError(Signature errback) {
		this.linkError.add(errback);
		return this;
	}

	/**
	 * Sets the callbacks, and forgets those there were.
	 * @param callbacks called with the result
	 * @return this
	 */
	public TaskOptionsBuilder links(List<Signature> callbacks) {
		this.link.clear();
		this.link.addAll(callbacks);
		return this;
	}

	/**
	 * Sets the errbacks, and forgets those there were.
	 * @param errbacks called if the task fails
	 * @return this
	 */
	public TaskOptionsBuilder linkErrors(List<Signature> errbacks) {
		this.linkError.clear();
		this.linkError.addAll(errbacks);
		return this;
	}

	/**
	 * Adds a stamp.
	 * @param name its name
	 * @param value its value
	 * @return this
	 */
	public TaskOptionsBuilder stamp(String name, @Nullable Object value) {
		this.stamps.put(name, value);
		return this;
	}

	/**
	 * Adds an option that has no name here.
	 * @param name its name
	 * @param value its value
	 * @return this
	 */
	public TaskOptionsBuilder other(String name, @Nullable Object value) {
		this.others.put(name, value);
		return this;
	}

	/**
	 * Builds the options.
	 * @return the options
	 */
	public TaskOptions build() {
		return new TaskOptions(this.taskId, this.queue, this.exchange, this.routingKey, this.priority, this.eta,
				this.countdown, this.expires, this.expiresIn, this.ignoreResult, this.shadow, this.softTimeLimit,
				this.timeLimit, this.serializer, this.compression, this.replyTo, this.rootId, this.parentId,
				this.groupId, this.groupIndex, this.retries, this.replacedTaskNesting, this.chord, this.chain,
				this.link, this.linkError, this.stamps, this.headers, this.others);
	}

}
