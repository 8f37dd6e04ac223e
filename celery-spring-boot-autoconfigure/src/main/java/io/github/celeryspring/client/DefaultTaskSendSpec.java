package io.github.celeryspring.client;

import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskOptionsBuilder;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.result.AsyncResult;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;

/**
 * Collects a call and hands it to the template.
 *
 * @param <T> the type of the result
 */
final class DefaultTaskSendSpec<T> implements TaskSendSpec<T> {

	private final CeleryTemplate template;

	private final String task;

	private final List<@Nullable Object> args = new ArrayList<>();

	private final Map<String, @Nullable Object> kwargs = new LinkedHashMap<>();

	private final TaskOptionsBuilder options = TaskOptions.builder();

	private Type type = Object.class;

	DefaultTaskSendSpec(CeleryTemplate template, String task) {
		this.template = template;
		this.task = task;
	}

	@Override
	public TaskSendSpec<T> args(@Nullable Object... args) {
		this.args.addAll(Arrays.asList(args));
		return this;
	}

	@Override
	public TaskSendSpec<T> kwarg(String name, @Nullable Object value) {
		this.kwargs.put(name, value);
		return this;
	}

	@Override
	public TaskSendSpec<T> kwargs(Map<String, ? extends @Nullable Object> kwargs) {
		this.kwargs.putAll(kwargs);
		return this;
	}

	@Override
	public TaskSendSpec<T> queue(String queue) {
		this.options.queue(queue);
		return this;
	}

	@Override
	public TaskSendSpec<T> priority(int priority) {
		this.options.priority(priority);
		return this;
	}

	@Override
	public TaskSendSpec<T> header(String name, @Nullable Object value) {
		this.options.header(name, value);
		return this;
	}

	@Override
	public TaskSendSpec<T> taskId(String taskId) {
		this.options.taskId(taskId);
		return this;
	}

	@Override
	public TaskSendSpec<T> countdown(Duration countdown) {
		this.options.countdown(countdown);
		return this;
	}

	@Override
	public TaskSendSpec<T> eta(Instant eta) {
		this.options.eta(eta);
		return this;
	}

	@Override
	public TaskSendSpec<T> expires(Duration expiresIn) {
		this.options.expires(expiresIn);
		return this;
	}

	@Override
	public TaskSendSpec<T> expires(Instant expires) {
		this.options.expires(expires);
		return this;
	}

	@Override
	public TaskSendSpec<T> ignoreResult(boolean ignoreResult) {
		this.options.ignoreResult(ignoreResult);
		return this;
	}

	@Override
	public TaskSendSpec<T> shadow(String shadow) {
		this.options.shadow(shadow);
		return this;
	}

	@Override
	public TaskSendSpec<T> timeLimits(@Nullable Duration soft, @Nullable Duration hard) {
		if (soft != null) {
			this.options.softTimeLimit(soft);
		}
		if (hard != null) {
			this.options.timeLimit(hard);
		}
		return this;
	}

	@Override
	public TaskSendSpec<T> exchange(String exchange) {
		this.options.exchange(exchange);
		return this;
	}

	@Override
	public TaskSendSpec<T> routingKey(String routingKey) {
		this.options.routingKey(routingKey);
		return this;
	}

	@Override
	public TaskSendSpec<T> serializer(String serializer) {
		this.options.serializer(serializer);
		return this;
	}

	@Override
	public TaskSendSpec<T> compression(String compression) {
		this.options.compression(compression);
		return this;
	}

	@Override
	public TaskSendSpec<T> link(Signature callback) {
		this.options.link(callback);
		return this;
	}

	@Override
	public TaskSendSpec<T> linkError(Signature errback) {
		this.options.linkError(errback);
		return this;
	}

	@Override
	public <R> TaskSendSpec<R> returning(Class<R> type) {
		return returning((Type) type);
	}

	@Override
	public <R> TaskSendSpec<R> returning(ParameterizedTypeReference<R> type) {
		return returning(type.getType());
	}

	@SuppressWarnings("unchecked")
	private <R> TaskSendSpec<R> returning(Type type) {
		this.type = type;
		return (TaskSendSpec<R>) this;
	}

	@Override
	public TaskSignature signature() {
		return new TaskSignature(this.task, this.args, this.kwargs, this.options.build(), false);
	}

	@Override
	public AsyncResult<T> send() {
		return this.template.send(signature(), this.type);
	}

	@Override
	public CompletableFuture<AsyncResult<T>> sendAsync() {
		return this.template.sendAsync(signature(), this.type);
	}

}
