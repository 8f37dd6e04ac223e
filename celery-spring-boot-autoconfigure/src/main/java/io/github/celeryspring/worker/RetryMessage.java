package io.github.celeryspring.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.task.RetrySpec;
import io.github.celeryspring.task.TaskDefinition;
import org.jspecify.annotations.Nullable;

/**
 * The message that asks for a task once more: the same but for what has to differ and
 * what the task wants to. It is pushed to its queue, where whoever takes it first leaves
 * it with Redis until it is due (or, in Python, in its memory). Counterpart of
 * {@code celery.app.task.Task.signature_from_request}.
 */
final class RetryMessage {

	private final TaskRequest request;

	private final TaskDefinition definition;

	private final TaskOptions options;

	private final Instant eta;

	private final boolean argumentsChanged;

	private List<? extends @Nullable Object> args;

	private Map<String, ? extends @Nullable Object> kwargs;

	RetryMessage(TaskRequest request, TaskDefinition definition, RetrySpec spec) {
		this.request = request;
		this.definition = definition;
		this.options = spec.options();
		Duration delay = this.options.countdown();
		Instant eta = this.options.eta();
		this.eta = (eta != null) ? eta
				: Instant.now().plus((delay != null) ? delay : definition.retryPolicy().defaultRetryDelay());
		TaskBody body = request.message().body();
		this.argumentsChanged = spec.args() != null || spec.kwargs() != null;
		this.args = (spec.args() != null) ? spec.args() : body.args();
		this.kwargs = (spec.kwargs() != null) ? spec.kwargs() : body.kwargs();
		if (spec.args() != null && spec.kwargs() == null) {
			dropNamed();
		}
		else if (spec.args() == null && spec.kwargs() != null) {
			replacePositional();
		}
	}

	/** What is given by position now is not given by name any more. */
	private void dropNamed() {
		List<String> names = this.definition.handler().parameterNames();
		Map<String, @Nullable Object> kept = new LinkedHashMap<>(this.kwargs);
		kept.keySet().removeAll(names.subList(0, Math.min(names.size(), this.args.size())));
		this.kwargs = kept;
	}

	/** What is given by name now takes its place among what was given by position. */
	private void replacePositional() {
		List<String> names = this.definition.handler().parameterNames();
		List<@Nullable Object> replaced = new ArrayList<>(this.args);
		Map<String, @Nullable Object> kept = new LinkedHashMap<>(this.kwargs);
		for (int i = 0; i < Math.min(names.size(), replaced.size()); i++) {
			if (kept.containsKey(names.get(i))) {
				replaced.set(i, kept.remove(names.get(i)));
			}
		}
		this.args = replaced;
		this.kwargs = kept;
	}

	/** When, for the log. */
	String when() {
		return "at " + this.eta;
	}

	/** The arguments, for messages. */
	String arguments() {
		return "args:" + this.args + " kwargs:" + this.kwargs;
	}

	TaskMessage message() {
		TaskMessage old = this.request.message();
		Integer priority = this.options.priority();
		String replyTo = this.options.replyTo();
		TaskOptions own = this.definition.options();
		return new TaskMessage(headers(old.headers()), new TaskBody(this.args, this.kwargs, embed(old.body().embed())),
				destination(old.deliveryInfo()), (priority != null) ? priority : old.priority(),
				(replyTo != null) ? replyTo : old.replyTo(), first(this.options.serializer(), own.serializer()),
				first(this.options.compression(), own.compression()), this.options.others());
	}

	private DeliveryInfo destination(DeliveryInfo old) {
		String queue = this.options.queue();
		String exchange = this.options.exchange();
		String routingKey = this.options.routingKey();
		if (queue != null && exchange == null) {
			return DeliveryInfo.toQueue(queue);
		}
		return new DeliveryInfo((exchange != null) ? exchange : old.exchange(),
				(routingKey != null) ? routingKey : old.routingKey(), false);
	}

	private TaskHeaders headers(TaskHeaders old) {
		Map<String, @Nullable Object> others = new LinkedHashMap<>(old.others());
		others.putAll(this.options.headers());
		Instant expires = (this.options.expiresIn() != null) ? Instant.now().plus(this.options.expiresIn())
				: first(this.options.expires(), old.expires());
		return new TaskHeaders(null, old.task(), old.id(), first(this.options.shadow(), old.shadow()), this.eta,
				expires, old.group(), old.groupIndex(), old.retries() + 1,
				first(seconds(this.options.timeLimit()), old.timeLimit()),
				first(seconds(this.options.softTimeLimit()), old.softTimeLimit()), old.rootId(),
				first(old.parentId(), old.id()), this.argumentsChanged ? null : old.argsrepr(),
				this.argumentsChanged ? null : old.kwargsrepr(), old.origin(),
				first(this.options.ignoreResult(), old.ignoreResult()), old.replacedTaskNesting(), old.stampedHeaders(),
				old.stamps(), others);
	}

	private TaskEmbed embed(TaskEmbed old) {
		List<Signature> link = this.options.link();
		List<Signature> linkError = this.options.linkError();
		return new TaskEmbed(link.isEmpty() ? old.callbacks() : maps(link),
				linkError.isEmpty() ? old.errbacks() : maps(linkError), old.chain(), old.chord());
	}

	private static List<?> maps(List<Signature> signatures) {
		return signatures.stream().map(Signature::toMap).toList();
	}

	private static @Nullable Double seconds(@Nullable Duration limit) {
		return (limit != null) ? limit.toNanos() / 1e9 : null;
	}

	private static <T> @Nullable T first(@Nullable T first, @Nullable T second) {
		return (first != null) ? first : second;
	}

}
