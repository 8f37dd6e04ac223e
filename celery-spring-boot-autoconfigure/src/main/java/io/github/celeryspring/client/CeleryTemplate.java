package io.github.celeryspring.client;

import java.lang.reflect.Type;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskOptionsBuilder;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.CallbackThreads;
import io.github.celeryspring.result.GroupResult;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Sends tasks through a transport. Arguments are serialized on the calling thread; what
 * Redis did not confirm is pushed again by the {@link PublishRetryPolicy}, as the same
 * message with the same id and delivery tag, until the deadline. A task sent inside a
 * task becomes its child. Counterpart of {@code celery.Celery.send_task} and
 * {@code Task.apply_async}.
 *
 * @since 0.1.0
 */
public final class CeleryTemplate implements CeleryOperations {

	private final CanvasPublisher canvas;

	private final TaskMessageFactory messages;

	private final MessagePublisher publisher;

	private final ResultHandles handles;

	private CeleryTemplate(Builder builder) {
		Executor executor = CallbackThreads.create("celery-client");
		this.messages = new TaskMessageFactory(
				new TaskRouting(builder.queues, builder.routers, builder.transport::introduce), builder.ignoreResult,
				builder.inheritParentPriority, Clock.systemUTC());
		this.publisher = new MessagePublisher(builder.publishRetry, builder.sendTimeout, executor);
		this.handles = new ResultHandles(builder.results, builder.control, builder.serializers.mapper(),
				builder.sendTimeout, executor);
		this.canvas = new CanvasPublisher(builder.transport, builder.codec, this.messages, builder.results,
				this.publisher);
	}

	/**
	 * What makes the messages, which a worker needs to send what follows a task.
	 * @return the same at every call
	 */
	public CanvasPublisher canvas() {
		return this.canvas;
	}

	/**
	 * Starts a template.
	 * @param transport where messages go
	 * @param codec writes the messages
	 * @param results where results come from
	 * @param serializers converts results
	 * @return a builder
	 */
	public static Builder builder(BrokerTransport transport, TaskMessageCodec codec, ResultBackend results,
			Serializers serializers) {
		return new Builder(transport, codec, results, serializers);
	}

	@Override
	public AsyncResult<?> send(String task, @Nullable Object... args) {
		return send(TaskSignature.of(task, args), Object.class);
	}

	@Override
	public AsyncResult<?> send(Signature signature) {
		return send(signature, TaskOptions.NONE);
	}

	@Override
	public GroupResult<?> send(Group group) {
		return (GroupResult<?>) send(group, TaskOptions.NONE);
	}

	@Override
	public AsyncResult<?> send(Signature signature, Consumer<TaskOptionsBuilder> options) {
		TaskOptionsBuilder builder = TaskOptions.builder();
		options.accept(builder);
		return send(signature, builder.build());
	}

	private AsyncResult<?> send(Signature signature, TaskOptions options) {
		if (signature instanceof TaskSignature task) {
			return send(task.withOptions(CallOptions.apply(task.options(), options)), Object.class);
		}
		TaskContext sender = TaskContext.current();
		Prepared prepared = this.canvas.prepare(signature, List.of(), options, sender);
		this.publisher.joinLimited(describe(List.of(prepared)), this.canvas.send(List.of(prepared)));
		return sent(prepared, sender);
	}

	<T> AsyncResult<T> send(TaskSignature signature, Type type) {
		TaskContext sender = TaskContext.current();
		TaskMessage message = this.messages.create(signature, sender);
		this.publisher.join(describe(message), push(message));
		return sent(message, sender, type);
	}

	@Override
	public CompletableFuture<AsyncResult<?>> sendAsync(Signature signature) {
		if (signature instanceof TaskSignature task) {
			return this.sendAsync(task, Object.class).thenApply((result) -> result);
		}
		try {
			TaskContext sender = TaskContext.current();
			Prepared prepared = this.canvas.prepare(signature, List.of(), TaskOptions.NONE, sender);
			return this.canvas.send(List.of(prepared)).thenApply((done) -> sent(prepared, sender));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	<T> CompletableFuture<AsyncResult<T>> sendAsync(TaskSignature signature, Type type) {
		try {
			TaskContext sender = TaskContext.current();
			TaskMessage message = this.messages.create(signature, sender);
			return this.publisher.deliver(describe(message), push(message), () -> sent(message, sender, type));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private CompletableFuture<Void> push(TaskMessage message) {
		KombuMessage encoded = this.canvas.codec().encode(message);
		return this.publisher.publish(describe(message), () -> this.canvas.transport().publish(encoded));
	}

	/**
	 * {@inheritDoc} Messages go in pipelined writes of a few hundred, a few writes at a
	 * time; the deadline is that of each write. A write that is not confirmed is pushed
	 * again as a whole, behind those that followed it, so after a failure messages may be
	 * doubled and out of order.
	 */
	@Override
	public List<AsyncResult<?>> sendAll(Collection<? extends Signature> signatures) {
		TaskContext sender = TaskContext.current();
		List<Prepared> all = new ArrayList<>(signatures.size());
		for (Signature signature : signatures) {
			all.add(this.canvas.prepare(signature, List.of(), TaskOptions.NONE, sender));
		}
		this.publisher.joinLimited(describe(all), this.canvas.send(all));
		List<AsyncResult<?>> results = new ArrayList<>(all.size());
		all.forEach((prepared) -> results.add(sent(prepared, sender)));
		return results;
	}

	@Override
	public TaskSendSpec<Object> task(String name) {
		Assert.hasText(name, "'name' must not be empty");
		return new DefaultTaskSendSpec<>(this, name);
	}

	@Override
	public AsyncResult<?> result(String taskId) {
		Assert.hasText(taskId, "'taskId' must not be empty");
		return this.handles.handle(taskId, Object.class, false);
	}

	@Override
	public @Nullable GroupResult<?> restoreGroup(String groupId) {
		Assert.hasText(groupId, "'groupId' must not be empty");
		ResultTree group = this.handles.join("Reading group " + groupId,
				this.handles.backend().chords().restoreGroup(groupId));
		return (group != null) ? new DefaultGroupResult<>(this.handles, group, DefaultGroupResult.listOf(Object.class))
				: null;
	}

	private <T> AsyncResult<T> sent(TaskMessage message, @Nullable TaskContext sender, Type type) {
		String id = message.headers().id();
		if (sender != null) {
			sender.addChild(ResultTree.task(id));
		}
		return this.handles.handle(id, type, Boolean.TRUE.equals(message.headers().ignoreResult()));
	}

	private AsyncResult<?> sent(Prepared prepared, @Nullable TaskContext sender) {
		if (sender != null && prepared.child() != null) {
			sender.addChild(prepared.child());
		}
		return this.handles.handle(prepared.result(), isIgnored(prepared));
	}

	private static boolean isIgnored(Prepared prepared) {
		return prepared.messages()
			.stream()
			.map(KombuMessage::headers)
			.anyMatch((headers) -> prepared.result().id().equals(headers.get("id"))
					&& Boolean.TRUE.equals(headers.get("ignore_result")));
	}

	private static String describe(TaskMessage message) {
		return "task " + message.headers().task() + "[" + message.headers().id() + "] to queue "
				+ message.deliveryInfo().routingKey();
	}

	private static String describe(List<Prepared> all) {
		return all.stream().mapToInt((prepared) -> prepared.messages().size()).sum() + " tasks";
	}

	/**
	 * Builds a {@link CeleryTemplate}. Not thread-safe.
	 */
	public static final class Builder {

		private final BrokerTransport transport;

		private final TaskMessageCodec codec;

		private final ResultBackend results;

		private final Serializers serializers;

		private CeleryControl control;

		private TaskQueues queues = TaskQueues.withDefault("celery");

		private List<TaskRouter> routers = List.of();

		private PublishRetryPolicy publishRetry = PublishRetryPolicy.DEFAULTS;

		private Duration sendTimeout = Duration.ofSeconds(10);

		private @Nullable Boolean ignoreResult;

		private boolean inheritParentPriority;

		Builder(BrokerTransport transport, TaskMessageCodec codec, ResultBackend results, Serializers serializers) {
			this.transport = transport;
			this.codec = codec;
			this.results = results;
			this.serializers = serializers;
			this.control = new CeleryControl(new ControlMailbox(transport, serializers, ControlMailbox.NAMESPACE));
		}

		/**
		 * Sets what tells workers to revoke a task.
		 * @param control by default one for Celery's {@code control_exchange}
		 * @return this
		 */
		public Builder control(CeleryControl control) {
			this.control = control;
			return this;
		}

		/**
		 * Sets the queue of tasks that neither the sender nor a router gave one. Celery's
		 * {@code task_default_queue}.
		 * @param queue the name; {@code celery} if not set
		 * @return this
		 */
		public Builder defaultQueue(String queue) {
			return queues(TaskQueues.withDefault(queue));
		}

		/**
		 * Sets the queues that are declared, and the default queue. Celery's
		 * {@code task_queues}.
		 * @param queues the queues
		 * @return this
		 */
		public Builder queues(TaskQueues queues) {
			this.queues = queues;
			return this;
		}

		/**
		 * Sets the routers. Celery's {@code task_routes}.
		 * @param routers asked in this order
		 * @return this
		 */
		public Builder routers(List<TaskRouter> routers) {
			this.routers = List.copyOf(routers);
			return this;
		}

		/**
		 * Sets how to retry.
		 * @param policy the policy
		 * @return this
		 */
		public Builder publishRetry(PublishRetryPolicy policy) {
			this.publishRetry = policy;
			return this;
		}

		/**
		 * Sets the deadline of each send, retries included, and of each read of a result.
		 * @param timeout the longest time; 10 seconds if not set
		 * @return this
		 */
		public Builder sendTimeout(Duration timeout) {
			Assert.isTrue(!timeout.isNegative() && !timeout.isZero(), "'timeout' must be positive");
			this.sendTimeout = timeout;
			return this;
		}

		/**
		 * Sets what is said about storing results when the sender says nothing.
		 * @param ignoreResult whether not to store them, or {@code null} to leave it to
		 * the worker
		 * @return this
		 */
		public Builder ignoreResult(@Nullable Boolean ignoreResult) {
			this.ignoreResult = ignoreResult;
			return this;
		}

		/**
		 * Sets whether what a task sends has its priority unless it is given another.
		 * Celery's {@code task_inherit_parent_priority}.
		 * @param inheritParentPriority whether; {@code false} if not set
		 * @return this
		 */
		public Builder inheritParentPriority(boolean inheritParentPriority) {
			this.inheritParentPriority = inheritParentPriority;
			return this;
		}

		/**
		 * Builds the template.
		 * @return the template
		 */
		public CeleryTemplate build() {
			return new CeleryTemplate(this);
		}

	}

}
