package io.github.celeryspring.client;

import java.lang.reflect.Type;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.CallbackThreads;
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

	/** Messages in one pipelined write. */
	private static final int CHUNK = 500;

	/** Writes that may be unconfirmed at a time. */
	private static final int MAX_CHUNKS_IN_FLIGHT = 8;

	private final BrokerTransport transport;

	private final TaskMessageCodec codec;

	private final TaskMessageFactory messages;

	private final MessagePublisher publisher;

	private final ResultHandles handles;

	private final CanvasPublisher canvas;

	private CeleryTemplate(Builder builder) {
		Executor executor = CallbackThreads.create("celery-client");
		this.transport = builder.transport;
		this.codec = builder.codec;
		this.messages = new TaskMessageFactory(
				new TaskRouting(builder.queues, builder.routers, this.transport::introduce), builder.ignoreResult,
				Clock.systemUTC());
		this.publisher = new MessagePublisher(builder.publishRetry, builder.sendTimeout, executor);
		this.handles = new ResultHandles(builder.results, builder.control, builder.serializers.mapper(),
				builder.sendTimeout);
		this.canvas = new CanvasPublisher(this.transport, this.codec, this.messages, builder.results, this.publisher);
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
		return send((TaskSignature) signature, Object.class);
	}

	<T> AsyncResult<T> send(TaskSignature signature, Type type) {
		TaskContext sender = TaskContext.current();
		TaskMessage message = this.messages.create(signature, sender);
		String what = describe(message);
		KombuMessage encoded = this.codec.encode(message);
		this.publisher.join(what, this.publisher.publish(what, () -> this.transport.publish(encoded)));
		return sent(message, sender, type);
	}

	@Override
	public CompletableFuture<AsyncResult<?>> sendAsync(Signature signature) {
		return this.sendAsync((TaskSignature) signature, Object.class).thenApply((result) -> result);
	}

	<T> CompletableFuture<AsyncResult<T>> sendAsync(TaskSignature signature, Type type) {
		try {
			TaskContext sender = TaskContext.current();
			TaskMessage message = this.messages.create(signature, sender);
			String what = describe(message);
			KombuMessage encoded = this.codec.encode(message);
			CompletableFuture<Void> published = this.publisher.publish(what, () -> this.transport.publish(encoded));
			return this.publisher.deliver(what, published, () -> sent(message, sender, type));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
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
		List<KombuMessage> encoded = new ArrayList<>(signatures.size());
		List<AsyncResult<?>> results = new ArrayList<>(signatures.size());
		for (Signature signature : signatures) {
			TaskMessage message = this.messages.create((TaskSignature) signature, sender);
			encoded.add(this.codec.encode(message));
			results.add(handle(message, Object.class));
		}
		publishAll(encoded);
		if (sender != null) {
			results.forEach((result) -> sender.addChild(ResultTree.task(result.id())));
		}
		return results;
	}

	private void publishAll(List<KombuMessage> encoded) {
		Deque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
		String what = encoded.size() + " tasks";
		try {
			for (int from = 0; from < encoded.size(); from += CHUNK) {
				if (inFlight.size() == MAX_CHUNKS_IN_FLIGHT) {
					this.publisher.join(what, inFlight.removeFirst());
				}
				List<KombuMessage> chunk = encoded.subList(from, Math.min(from + CHUNK, encoded.size()));
				inFlight.add(this.publisher.publish(what, () -> this.transport.publishAll(chunk)));
			}
			while (!inFlight.isEmpty()) {
				this.publisher.join(what, inFlight.removeFirst());
			}
		}
		finally {
			// After a failure: no more retries.
			inFlight.forEach((chunk) -> chunk.cancel(false));
		}
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

	private <T> AsyncResult<T> sent(TaskMessage message, @Nullable TaskContext sender, Type type) {
		if (sender != null) {
			sender.addChild(ResultTree.task(message.headers().id()));
		}
		return handle(message, type);
	}

	private <T> AsyncResult<T> handle(TaskMessage message, Type type) {
		return this.handles.handle(message.headers().id(), type, Boolean.TRUE.equals(message.headers().ignoreResult()));
	}

	private static String describe(TaskMessage message) {
		return "task " + message.headers().task() + "[" + message.headers().id() + "] to queue "
				+ message.deliveryInfo().routingKey();
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
		 * Builds the template.
		 * @return the template
		 */
		public CeleryTemplate build() {
			return new CeleryTemplate(this);
		}

	}

}
