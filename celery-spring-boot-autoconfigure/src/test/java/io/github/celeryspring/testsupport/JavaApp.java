package io.github.celeryspring.testsupport;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.client.CeleryTemplate;
import io.github.celeryspring.client.DeadLetterOperations;
import io.github.celeryspring.client.DeadLetterTemplate;
import io.github.celeryspring.client.PublishRetryPolicy;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.client.TaskQueues;
import io.github.celeryspring.client.TaskRouter;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.kombu.redis.RedisTransport;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.redis.LettuceSettings;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.redis.RedisResultBackend;
import io.github.celeryspring.result.redis.RedisResultOptions;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskHandler;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.worker.CeleryWorker;
import io.github.celeryspring.worker.WorkerOptions;
import io.github.celeryspring.worker.WorkerSnapshot;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An application without Spring's context: the parts put together by hand. With queues it
 * is a worker, without only a client.
 */
public final class JavaApp implements AutoCloseable {

	private final JsonMapper mapper;

	private final RedisConnections connections;

	private final RedisTransport transport;

	private final RedisResultBackend results;

	private final CeleryTemplate template;

	private final ControlMailbox mailbox;

	private final @Nullable CeleryWorker worker;

	private JavaApp(Builder builder) {
		this.mapper = KombuJson.builder(builder.taggedTypes).build();
		this.connections = new RedisConnections(builder.endpoint, RedisConnectionOptions.DEFAULTS, builder.lettuce);
		this.transport = new RedisTransport(this.connections,
				RedisTransportOptions.builder()
					.visibilityTimeout(builder.visibilityTimeout)
					.ownerTimeout(builder.ownerTimeout)
					.unackedRestoreInterval(Duration.ofSeconds(1))
					.build());
		Serializers serializers = builder.serializers.apply(this.mapper);
		TaskMessageCodec codec = new TaskMessageCodec(serializers);
		this.mailbox = new ControlMailbox(this.transport, serializers, ControlMailbox.NAMESPACE);
		this.results = new RedisResultBackend(this.connections, serializers, RedisResultOptions.DEFAULTS);
		this.template = CeleryTemplate.builder(this.transport, codec, this.results, serializers)
			.publishRetry(builder.publishRetry)
			.queues(new TaskQueues(builder.declared, TaskQueues.Defaults.of("celery")))
			.routers(builder.routers)
			.build();
		this.worker = builder.queues.isEmpty() ? null : worker(builder, codec);
	}

	private CeleryWorker worker(Builder builder, TaskMessageCodec codec) {
		TaskRegistry registry = new TaskRegistry();
		builder.tasks.apply(this).forEach((name, handler) -> registry.register(TaskDefinition.of(name, handler)));
		builder.definitions.forEach(registry::register);
		CeleryWorker.Builder worker = CeleryWorker.builder(this.transport, registry, codec, this.results,
				this.template.canvas());
		if (builder.remoteControl) {
			worker.remoteControl(this.mailbox, builder.commands);
		}
		return worker.queues(builder.queues)
			.options(builder.options
				.apply(WorkerOptions.builder()
					.nodename("celery@" + builder.name)
					.concurrency(builder.concurrency)
					.prefetchMultiplier(builder.prefetchMultiplier))
				.build())
			.build();
	}

	/**
	 * An application to be built.
	 * @param redis its broker and result backend
	 * @return a builder
	 */
	public static Builder builder(RedisServerExtension redis) {
		return builder(redis.endpoint());
	}

	/**
	 * An application to be built.
	 * @param endpoint its broker and result backend
	 * @return a builder
	 */
	public static Builder builder(RedisEndpoint endpoint) {
		return new Builder(endpoint);
	}

	/**
	 * Starts its worker, if it has one.
	 */
	public void start() {
		if (this.worker != null) {
			this.worker.start();
		}
	}

	/** What its worker does. */
	public WorkerSnapshot.State state() {
		return this.worker.snapshot().state();
	}

	/** Its client. */
	public CeleryOperations celery() {
		return this.template;
	}

	/** Sends work of all kinds, and tells where its result will be. */
	public ResultTree send(Signature work) {
		CanvasPublisher canvas = this.template.canvas();
		CanvasPublisher.Prepared prepared = canvas.prepare(work, List.of(), TaskOptions.NONE, null);
		canvas.announce(prepared)
			.thenCompose((announced) -> canvas.publish(prepared.messages()))
			.toCompletableFuture()
			.join();
		return prepared.result();
	}

	/** What speaks to workers. */
	public CeleryControl control() {
		return new CeleryControl(this.mailbox);
	}

	/** What its worker could not process. */
	public DeadLetterOperations deadLetters() {
		return new DeadLetterTemplate(this.transport, Duration.ofSeconds(10));
	}

	/** What converts its values. */
	public JsonMapper mapper() {
		return this.mapper;
	}

	/**
	 * Stops the worker gracefully and lets everything go.
	 */
	@Override
	public void close() {
		if (this.worker != null) {
			this.worker.stop();
		}
		this.results.close();
		this.transport.close();
		this.connections.close();
	}

	/**
	 * What an application may choose.
	 */
	public static final class Builder {

		private final RedisEndpoint endpoint;

		private String name = "java";

		private List<CeleryQueue> queues = List.of();

		private boolean remoteControl;

		private List<ControlCommandHandler> commands = List.of();

		private List<CeleryQueue> declared = List.of();

		private List<TaskRouter> routers = List.of();

		private int concurrency = 2;

		private @Nullable Integer prefetchMultiplier;

		private Duration visibilityTimeout = Duration.ofHours(1);

		private Duration ownerTimeout = Duration.ofSeconds(10);

		private LettuceSettings lettuce = LettuceSettings.DEFAULTS;

		private boolean taggedTypes = true;

		private Function<JsonMapper, Serializers> serializers = Serializers::new;

		private PublishRetryPolicy publishRetry = PublishRetryPolicy.DEFAULTS;

		private Function<JavaApp, Map<String, TaskHandler>> tasks = (app) -> Map.of();

		private List<TaskDefinition> definitions = List.of();

		private UnaryOperator<WorkerOptions.Builder> options = UnaryOperator.identity();

		private Builder(RedisEndpoint endpoint) {
			this.endpoint = endpoint;
		}

		public Builder name(String name) {
			this.name = name;
			return this;
		}

		public Builder queues(String... queues) {
			this.queues = Stream.of(queues).map(CeleryQueue::named).toList();
			return this;
		}

		/**
		 * Whether its worker hears commands.
		 * @param commands besides Celery's
		 * @return this
		 */
		public Builder remoteControl(ControlCommandHandler... commands) {
			this.remoteControl = true;
			this.commands = List.of(commands);
			return this;
		}

		/** Declares queues, for its client and, if it has any, for its worker. */
		public Builder declare(CeleryQueue... queues) {
			this.declared = List.of(queues);
			return this;
		}

		/** Consumes the queues that were declared. */
		public Builder consumeDeclared() {
			TaskQueues all = new TaskQueues(this.declared, TaskQueues.Defaults.of("celery"));
			this.queues = List.copyOf(all.declared());
			return this;
		}

		public Builder routers(TaskRouter... routers) {
			this.routers = List.of(routers);
			return this;
		}

		public Builder concurrency(int concurrency) {
			this.concurrency = concurrency;
			return this;
		}

		public Builder prefetchMultiplier(int prefetchMultiplier) {
			this.prefetchMultiplier = prefetchMultiplier;
			return this;
		}

		public Builder visibilityTimeout(Duration visibilityTimeout) {
			this.visibilityTimeout = visibilityTimeout;
			return this;
		}

		public Builder ownerTimeout(Duration ownerTimeout) {
			this.ownerTimeout = ownerTimeout;
			return this;
		}

		public Builder lettuce(LettuceSettings lettuce) {
			this.lettuce = lettuce;
			return this;
		}

		/**
		 * Whether a push that was not confirmed is repeated.
		 * @param enabled {@code false} for once
		 * @return this
		 */
		public Builder publishRetry(boolean enabled) {
			this.publishRetry = new PublishRetryPolicy(enabled, 3, Duration.ZERO, Duration.ZERO, Duration.ZERO);
			return this;
		}

		/**
		 * Whether dates and the like are written as kombu's {@code __type__} objects.
		 * @param taggedTypes {@code false} for peers older than kombu 5.3
		 * @return this
		 */
		public Builder taggedTypes(boolean taggedTypes) {
			this.taggedTypes = taggedTypes;
			return this;
		}

		/**
		 * Sets what bodies and results are made of.
		 * @param serializers makes it for the mapper
		 * @return this
		 */
		public Builder serializers(Function<JsonMapper, Serializers> serializers) {
			this.serializers = serializers;
			return this;
		}

		/**
		 * Sets the tasks.
		 * @param tasks makes them for the application they belong to
		 * @return this
		 */
		public Builder tasks(Function<JavaApp, Map<String, TaskHandler>> tasks) {
			this.tasks = tasks;
			return this;
		}

		/** Adds tasks that say more about themselves. */
		public Builder definitions(TaskDefinition... definitions) {
			this.definitions = List.of(definitions);
			return this;
		}

		/** Sets what else its worker may be told. */
		public Builder options(UnaryOperator<WorkerOptions.Builder> options) {
			this.options = options;
			return this;
		}

		/**
		 * Builds it; its worker does not run yet.
		 * @return the application
		 */
		public JavaApp build() {
			return new JavaApp(this);
		}

		/**
		 * Builds and starts it.
		 * @return the application
		 */
		public JavaApp start() {
			JavaApp app = build();
			app.start();
			return app;
		}

	}

}
