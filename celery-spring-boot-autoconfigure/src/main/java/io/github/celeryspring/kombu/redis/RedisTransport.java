package io.github.celeryspring.kombu.redis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ConsumerOptions;
import io.github.celeryspring.kombu.DeadLetterQueues;
import io.github.celeryspring.kombu.FanoutSubscription;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.kombu.ReplyQueue;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.BodyEncoding;
import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisFailures;
import io.lettuce.core.ScriptOutputType;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Messages in Redis, laid out as kombu does it, so that Python and Java may share queues.
 * Counterpart of {@code kombu.transport.redis}. Unlike there, no message is outside Redis
 * at any time, and the lease of a message is renewed as long as its consumer lives.
 *
 * @since 0.1.0
 */
public final class RedisTransport implements BrokerTransport {

	private static final LuaScript purge = LuaScript.of(RedisTransport.class, "purge.lua");

	private static final Duration FLUSH = Duration.ofSeconds(5);

	/** kombu has no such interval: it declares when a channel is opened. */
	private static final Duration DECLARE_AGAIN = Duration.ofMinutes(1);

	private static final AtomicInteger timers = new AtomicInteger();

	private final Parts parts;

	private final MessageRouter router;

	private final Duration declareInterval;

	private final ScheduledThreadPoolExecutor timer = timer();

	private final RedisDeadLetters letters;

	private final FanoutChannels channels;

	private final FanoutSubscriptions fanouts;

	private final LeaseRenewer renewer;

	private final MessageRestorer messageRestorer;

	private final UnackedRestorer restorer;

	private final Set<RedisQueueConsumer> consumers = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean started = new AtomicBoolean();

	private volatile boolean closed;

	/**
	 * Creates the transport without connecting.
	 * @param connections the connections, which stay the caller's
	 * @param options the options
	 */
	public RedisTransport(RedisConnections connections, RedisTransportOptions options) {
		this(connections, options, DECLARE_AGAIN);
	}

	RedisTransport(RedisConnections connections, RedisTransportOptions options, Duration declareInterval) {
		this.declareInterval = declareInterval;
		KombuMessageCodec codec = new KombuMessageCodec(options.bodyEncoding() == BodyEncoding.UTF_8);
		KombuKeys keys = new KombuKeys(options);
		BindingTable bindings = new BindingTable(connections, keys, options.sep(), options.deadletterQueue());
		Settlement.Context context = new Settlement.Context(keys, options.visibilityTimeout(), Clock.systemUTC(),
				options.deadLetters());
		this.channels = new FanoutChannels(options, connections.endpoint());
		this.router = new MessageRouter(codec, keys, bindings, this.channels);
		UnackedMessages unacked = new UnackedMessages(connections, context, codec, this.router, this::parked);
		this.letters = new RedisDeadLetters(connections, context, bindings);
		this.fanouts = new FanoutSubscriptions(connections);
		this.renewer = new LeaseRenewer(connections, keys, unacked, options.visibilityTimeout(), this.timer);
		this.messageRestorer = new MessageRestorer(connections, keys, bindings, this.timer);
		OverdueMessages overdue = new OverdueMessages(connections, keys, options.visibilityTimeout());
		RestoreSweep sweep = new RestoreSweep(overdue, this.messageRestorer, options, this.timer);
		RedisMutex mutex = new RedisMutex(connections, keys.unackedMutex(), options.unackedMutexExpire());
		this.restorer = new UnackedRestorer(sweep, mutex, options, this.timer);
		DeadOwners dead = new DeadOwners(connections, keys, this.messageRestorer, this.timer);
		Owners owners = new Owners(connections, keys, unacked, this.renewer, dead, options.ownerTimeout(), this.timer);
		this.parts = new Parts(connections, options, keys, bindings, unacked, owners, this.channels, this.fanouts,
				this.timer);
	}

	private static ScheduledThreadPoolExecutor timer() {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "celery-transport-timer-" + timers.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		}, new ThreadPoolExecutor.DiscardPolicy());
		timer.setRemoveOnCancelPolicy(true);
		return timer;
	}

	private void parked(Instant due) {
		this.restorer.wakeAt(due);
	}

	@Override
	public CompletionStage<Void> declare(CeleryQueue queue) {
		introduce(queue);
		return translated(this.parts.connections(), this.parts.bindings().declare(queue),
				"declare queue " + queue.name());
	}

	@Override
	public void introduce(CeleryQueue queue) {
		queue.allBindings().forEach((binding) -> declare(binding.exchange()));
		this.parts.bindings().introduce(queue);
	}

	@Override
	public void declare(CeleryExchange exchange) {
		this.channels.declare(exchange);
	}

	@Override
	public FanoutSubscription subscribe(CeleryExchange exchange, String routingPattern, Consumer<byte[]> listener) {
		Assert.isTrue(exchange.type() == CeleryExchange.Type.FANOUT, "Only fanout exchanges can be subscribed to");
		declare(exchange);
		return this.fanouts.subscribe(this.channels.pattern(exchange.name(), routingPattern), listener);
	}

	@Override
	public CompletionStage<Void> publish(KombuMessage message) {
		return publishAll(List.of(message));
	}

	@Override
	public CompletionStage<Void> publishAll(List<KombuMessage> messages) {
		CompletableFuture<PublishBatch> routed = this.router.route(this.router.encode(messages));
		return translated(this.parts.connections(),
				routed.thenCompose((batch) -> this.parts.connections().execute(batch::push)),
				"publish " + messages.size() + " messages");
	}

	/** Failures as the contract has them, without Lettuce's types. */
	static <T> CompletableFuture<T> translated(RedisConnections connections, CompletableFuture<T> future, String what) {
		return future.handle((result, failure) -> {
			if (failure == null) {
				return result;
			}
			Throwable cause = CeleryException.unwrap(failure);
			if (cause instanceof CeleryException own) {
				throw own;
			}
			String message = "Cannot " + what + ": " + connections.describe(cause);
			throw RedisFailures.isPassing(cause) ? new BrokerUnavailableException(message, cause)
					: new CeleryException(message, cause);
		});
	}

	@Override
	public QueueConsumer openConsumer(Collection<CeleryQueue> queues, ConsumerOptions options) {
		Assert.notEmpty(queues, "'queues' must not be empty");
		Assert.state(!this.closed, "The transport is closed");
		RedisQueueConsumer consumer = new RedisQueueConsumer(this.parts, List.copyOf(queues), options.name(),
				this.consumers::remove);
		this.consumers.add(consumer);
		if (this.started.compareAndSet(false, true)) {
			this.renewer.start();
			this.restorer.start();
			this.parts.owners().start();
			this.timer.scheduleWithFixedDelay(this::trimDeadLetters, 1, 1, TimeUnit.MINUTES);
			new RedisServerCheck(this.parts.connections(), this.timer).start();
			this.timer.scheduleWithFixedDelay(() -> this.consumers.forEach(RedisQueueConsumer::declareQueues),
					this.declareInterval.toNanos(), this.declareInterval.toNanos(), TimeUnit.NANOSECONDS);
		}
		return consumer;
	}

	@Override
	public CompletionStage<ReplyQueue> openReplies(CeleryQueue queue) {
		RedisReplyQueue replies = new RedisReplyQueue(this.parts.connections(), this.parts.keys(),
				this.parts.options().sep(), queue);
		return translated(this.parts.connections(), replies.open(), "open queue " + queue.name());
	}

	@Override
	public CompletionStage<Long> size(String queue) {
		CompletableFuture<Long> size = this.parts.connections().execute((redis) -> {
			CompletableFuture<Long> sum = CompletableFuture.completedFuture(0L);
			for (byte[] list : this.parts.keys().lists(queue)) {
				sum = redis.llen(list).toCompletableFuture().thenCombine(sum, Long::sum);
			}
			return sum;
		});
		return translated(this.parts.connections(), size, "count the messages of queue " + queue);
	}

	@Override
	public CompletionStage<Long> purge(String queue) {
		return translated(this.parts.connections(), this.parts.connections()
			.execute((redis) -> purge.<Long>run(redis, ScriptOutputType.INTEGER, this.parts.keys().lists(queue))),
				"purge queue " + queue);
	}

	@Override
	public Map<String, @Nullable Object> info() {
		return ConnectionInfo.of(this.parts.connections().endpoint());
	}

	@Override
	public DeadLetterQueues deadLetters() {
		return this.letters;
	}

	private void trimDeadLetters() {
		this.consumers.forEach((consumer) -> consumer.queues().forEach(this.letters::trim));
	}

	/** How many messages this transport took from dead consumers. */
	long restored() {
		return this.messageRestorer.restored();
	}

	/** How many messages were given to others while they were in flight here. */
	long lostLeases() {
		return this.renewer.lost();
	}

	@Override
	public void close() {
		if (!this.closed) {
			this.closed = true;
			this.consumers.forEach(RedisQueueConsumer::close);
			this.fanouts.close();
			this.parts.unacked().close(FLUSH);
			this.parts.owners().close();
			this.timer.shutdownNow();
			this.restorer.stop();
		}
	}

	/**
	 * What a transport shares with its consumers.
	 *
	 * @param connections the connections
	 * @param options the options
	 * @param keys the key names
	 * @param bindings the bindings
	 * @param unacked the messages in flight
	 * @param owners the consumers as their owners
	 * @param channels the channels of fanout exchanges
	 * @param fanouts the listeners of fanout exchanges
	 * @param timer the timer
	 */
	record Parts(RedisConnections connections, RedisTransportOptions options, KombuKeys keys, BindingTable bindings,
			UnackedMessages unacked, Owners owners, FanoutChannels channels, FanoutSubscriptions fanouts,
			ScheduledExecutorService timer) {

	}

}
