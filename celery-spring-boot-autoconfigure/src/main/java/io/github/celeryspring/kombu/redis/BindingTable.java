package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.redis.RedisConnections;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Which queues are bound to which exchange, as the peers recorded it in Redis.
 * Thread-safe.
 */
final class BindingTable {

	private static final Log logger = LogFactory.getLog(BindingTable.class);

	/** Redis may be emptied or replaced behind us, so a binding is written anew. */
	private static final long DECLARE_AGAIN = Duration.ofMinutes(1).toNanos();

	private static final long FRESH = Duration.ofSeconds(1).toNanos();

	/** Keeps a client that sends to ever new queues from leaking. */
	private static final int MAX_REMEMBERED = 10_000;

	private final RedisConnections connections;

	private final KombuKeys keys;

	private final String separator;

	private final @Nullable String deadletterQueue;

	private final Map<String, CeleryQueue> queues = new ConcurrentHashMap<>();

	private volatile boolean anyExpires;

	private final Map<CeleryQueue, Long> declared = new ConcurrentHashMap<>();

	private final Map<String, Cached> tables = new ConcurrentHashMap<>();

	BindingTable(RedisConnections connections, KombuKeys keys, String separator, @Nullable String deadletterQueue) {
		this.connections = connections;
		this.keys = keys;
		this.separator = separator;
		this.deadletterQueue = deadletterQueue;
	}

	/** Remembers how a queue is bound. */
	void introduce(CeleryQueue queue) {
		this.queues.put(queue.name(), queue);
		this.anyExpires = this.queues.values().stream().anyMatch((each) -> each.expires() != null);
	}

	/** Records the bindings of a queue. */
	CompletableFuture<Void> declare(CeleryQueue queue) {
		introduce(queue);
		return write(queue);
	}

	/** For how long a queue outlives its use, or {@code null}. */
	@Nullable Duration expires(String queue) {
		CeleryQueue known = this.anyExpires ? this.queues.get(queue) : null;
		return (known != null) ? known.expires() : null;
	}

	/** Records, once in a while, the binding of a queue that is sent to; not awaited. */
	void mention(String queue) {
		CeleryQueue known = this.queues.get(queue);
		CeleryQueue used = (known != null) ? known : CeleryQueue.named(queue);
		if (isDue(used)) {
			write(used);
		}
	}

	private boolean isDue(CeleryQueue queue) {
		Long when = this.declared.get(queue);
		return when == null || System.nanoTime() - when > DECLARE_AGAIN;
	}

	/** Records, once in a while, the bindings of an exchange that is sent to. */
	private CompletableFuture<?> mentionAll(String exchange) {
		List<CompletableFuture<Void>> written = new ArrayList<>();
		for (CeleryQueue queue : this.queues.values()) {
			if (isDue(queue)
					&& queue.allBindings().stream().anyMatch((each) -> each.exchange().name().equals(exchange))) {
				written.add(write(queue));
			}
		}
		return CompletableFuture.allOf(written.toArray(CompletableFuture<?>[]::new));
	}

	private CompletableFuture<Void> write(CeleryQueue queue) {
		if (this.declared.size() >= MAX_REMEMBERED) {
			this.declared.clear();
		}
		this.declared.put(queue, System.nanoTime());
		queue.allBindings().forEach((binding) -> this.tables.remove(binding.exchange().name()));
		CompletableFuture<Void> written = this.connections.execute((redis) -> {
			List<CompletableFuture<?>> writes = new ArrayList<>();
			queue.allBindings().forEach((binding) -> writes.addAll(write(redis, queue, binding)));
			return CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new));
		});
		return written.whenComplete((done, failure) -> {
			if (failure != null) {
				this.declared.remove(queue);
			}
		});
	}

	private List<CompletableFuture<?>> write(RedisAsyncCommands<byte[], byte[]> redis, CeleryQueue queue,
			CeleryQueue.Binding binding) {
		String exchange = binding.exchange().name();
		byte[] member = KombuKeys.bytes(Binding.member(queue.name(), binding, this.separator));
		Duration expires = queue.expires();
		if (expires != null) {
			return List.of(QueueExpiry.refresh(redis, this.keys, exchange, member, expires).toCompletableFuture());
		}
		return List.of(redis.sadd(this.keys.bindings(exchange), member).toCompletableFuture(),
				redis.sadd(this.keys.permanentBindings(exchange), member).toCompletableFuture());
	}

	/** The queue that gets a message sent to the default exchange, if there is one. */
	Set<String> ofDefaultExchange(String routingKey) {
		return routingKey.isEmpty() ? undeliverable("", "") : Set.of(routingKey);
	}

	/** kombu's {@code Channel._lookup}. */
	private Set<String> undeliverable(String exchange, String routingKey) {
		if (this.deadletterQueue == null) {
			return Set.of();
		}
		logger.debug("No queue is bound to exchange '" + exchange + "' with routing key '" + routingKey
				+ "'; a message goes to " + this.deadletterQueue);
		return Set.of(this.deadletterQueue);
	}

	/**
	 * The queues that get a message, in no order: those bound, else the
	 * {@code deadletter_queue}; empty if there is none.
	 */
	CompletableFuture<Set<String>> lookup(String exchange, String routingKey) {
		Cached cached = this.tables.get(exchange);
		if (cached != null && System.nanoTime() - cached.when() < FRESH) {
			return CompletableFuture.completedFuture(matching(cached.bindings(), exchange, routingKey));
		}
		return mentionAll(exchange).thenCompose((done) -> lookupNow(exchange, routingKey));
	}

	/** The same, as Redis has it at this moment. */
	CompletableFuture<Set<String>> lookupNow(String exchange, String routingKey) {
		if (exchange.isEmpty()) {
			return CompletableFuture.completedFuture(ofDefaultExchange(routingKey));
		}
		return this.connections.<List<Binding>>execute((redis) -> read(redis, exchange))
			.thenApply((bindings) -> matching(bindings, exchange, routingKey));
	}

	private CompletableFuture<List<Binding>> read(RedisAsyncCommands<byte[], byte[]> redis, String exchange) {
		return redis.smembers(this.keys.bindings(exchange)).toCompletableFuture().thenApply((members) -> {
			List<Binding> bindings = members.stream()
				.map((member) -> Binding.parse(KombuKeys.text(member), this.separator))
				.filter(Objects::nonNull)
				.toList();
			if (bindings.isEmpty()) {
				bindings = bindAgain(exchange);
			}
			if (this.tables.size() >= MAX_REMEMBERED) {
				this.tables.clear();
			}
			this.tables.put(exchange, new Cached(System.nanoTime(), bindings));
			return bindings;
		});
	}

	/** A table that vanished has what is known here, at least. */
	private List<Binding> bindAgain(String exchange) {
		List<Binding> again = new ArrayList<>();
		for (CeleryQueue queue : this.queues.values()) {
			List<Binding> bindings = queue.allBindings()
				.stream()
				.filter((binding) -> binding.exchange().name().equals(exchange))
				.map((binding) -> Binding.parse(Binding.member(queue.name(), binding, this.separator), this.separator))
				.filter(Objects::nonNull)
				.toList();
			if (!bindings.isEmpty()) {
				write(queue);
				again.addAll(bindings);
			}
		}
		return again;
	}

	private Set<String> matching(List<Binding> bindings, String exchange, String routingKey) {
		Set<String> queues = new LinkedHashSet<>();
		bindings.stream()
			.filter((binding) -> binding.matches(routingKey))
			.forEach((binding) -> queues.add(binding.queue()));
		return queues.isEmpty() ? undeliverable(exchange, routingKey) : queues;
	}

	private record Cached(long when, List<Binding> bindings) {

	}

}
