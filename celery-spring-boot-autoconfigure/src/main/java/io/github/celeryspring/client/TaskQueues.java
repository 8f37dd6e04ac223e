package io.github.celeryspring.client;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import org.jspecify.annotations.Nullable;

/**
 * The queues that tasks can be sent to, by name or alias; those that nobody has declared
 * are made when they are asked for. Thread-safe. Counterpart of
 * {@code celery.app.amqp.Queues}.
 *
 * @since 0.1.0
 */
public final class TaskQueues {

	private final Defaults defaults;

	private final Map<String, CeleryQueue> declared = new LinkedHashMap<>();

	private final Map<String, CeleryQueue> byName = new ConcurrentHashMap<>();

	private final Map<String, CeleryExchange> exchanges = new ConcurrentHashMap<>();

	/**
	 * Creates the collection.
	 * @param queues the queues that are declared; the first of a name counts
	 * @param defaults what is said about the others
	 */
	public TaskQueues(Collection<CeleryQueue> queues, Defaults defaults) {
		this.defaults = defaults;
		queues.forEach((queue) -> this.declared.putIfAbsent(queue.name(), complete(queue)));
		this.declared.values().forEach(this::add);
		this.byName.computeIfAbsent(defaults.queue(), (name) -> defaults.defaultQueue());
	}

	/**
	 * No queue is declared, and all settings are Celery's.
	 * @param defaultQueue the queue of tasks for which nothing names another
	 * @return the collection
	 */
	public static TaskQueues withDefault(String defaultQueue) {
		return new TaskQueues(List.of(), Defaults.of(defaultQueue));
	}

	private CeleryQueue complete(CeleryQueue queue) {
		return queue.routingKey().isEmpty() ? queue.withRoutingKey(this.defaults.routingKey()) : queue;
	}

	private void add(CeleryQueue queue) {
		this.byName.putIfAbsent(queue.name(), queue);
		if (queue.alias() != null) {
			this.byName.put(queue.alias(), queue);
		}
		queue.allBindings().forEach((each) -> this.exchanges.putIfAbsent(each.exchange().name(), each.exchange()));
	}

	/**
	 * What is said about queues and exchanges that are not declared.
	 * @return the defaults
	 */
	public Defaults defaults() {
		return this.defaults;
	}

	/**
	 * The queues that were declared.
	 * @return the queues in order
	 */
	public Collection<CeleryQueue> declared() {
		return List.copyOf(this.declared.values());
	}

	/**
	 * Finds a queue, or makes it.
	 * @param name its name or alias
	 * @return the queue
	 * @throws InvalidMessageException if it is not declared and must not be made:
	 * Celery's {@code QueueNotFound}
	 */
	public CeleryQueue get(String name) {
		CeleryQueue known = this.byName.get(name);
		if (known != null) {
			return known;
		}
		if (!this.defaults.createMissing()) {
			throw new InvalidMessageException("Queue '" + name
					+ "' is not among the CeleryQueue beans and celery.task-queues, and celery.task-create-missing-queues"
					+ " is false");
		}
		// Not remembered: a client may send to ever new queues.
		return new CeleryQueue(name, new CeleryExchange(name, this.defaults.missingExchangeType()), name);
	}

	/** Whether nobody has declared the queue. */
	boolean isMade(CeleryQueue queue) {
		return !this.byName.containsKey(queue.name());
	}

	/**
	 * Finds an exchange of a declared queue.
	 * @param name its name
	 * @return the exchange, or {@code null}
	 */
	@Nullable CeleryExchange exchange(String name) {
		return this.exchanges.get(name);
	}

	/**
	 * Celery's settings about queues and exchanges that are not declared.
	 *
	 * @param queue {@code task_default_queue}
	 * @param exchange {@code task_default_exchange}
	 * @param routingKey {@code task_default_routing_key}, also of queues without one
	 * @param createMissing {@code task_create_missing_queues}
	 * @param missingExchangeType {@code task_create_missing_queue_exchange_type}
	 */
	public record Defaults(String queue, CeleryExchange exchange, String routingKey, boolean createMissing,
			CeleryExchange.Type missingExchangeType) {

		/**
		 * Celery's defaults.
		 * @param queue the default queue
		 * @return the defaults
		 */
		public static Defaults of(String queue) {
			return new Defaults(queue, CeleryExchange.direct(queue), queue, true, CeleryExchange.Type.DIRECT);
		}

		CeleryQueue defaultQueue() {
			return new CeleryQueue(this.queue, this.exchange, this.routingKey);
		}

	}

}
