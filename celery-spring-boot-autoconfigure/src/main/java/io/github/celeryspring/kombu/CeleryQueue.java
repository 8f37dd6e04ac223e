package io.github.celeryspring.kombu;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * A queue and its bindings. Declare one as a bean: the worker consumes it, and tasks can
 * be sent to it by its name or alias. Counterpart of {@code kombu.entity.Queue}.
 *
 * @param name the name, without kombu's separator 0x06 0x16
 * @param exchange the exchange it is bound to
 * @param routingKey the key of the binding; with {@code *} and {@code #} as patterns if
 * the exchange is a topic exchange
 * @param bindings further bindings
 * @param arguments AMQP's arguments, of which Redis knows {@code x-expires}
 * @param alias another name for senders, or {@code null}
 * @param autoDelete whether it goes with its consumer, as those of fanout exchanges do
 * @since 0.1.0
 */
public record CeleryQueue(String name, CeleryExchange exchange, String routingKey, List<Binding> bindings,
		Map<String, Object> arguments, @Nullable String alias, boolean autoDelete) {

	/** kombu's separator between a queue and its priority step, and inside bindings. */
	public static final String SEPARATOR = "\u0006\u0016";

	/**
	 * The argument that says for how many milliseconds a queue, its messages included,
	 * outlives the last use of it.
	 */
	public static final String EXPIRES = "x-expires";

	public CeleryQueue {
		Assert.hasText(name, "'name' must not be empty");
		refuseSeparator(name);
		refuseSeparator(routingKey);
		bindings = List.copyOf(bindings);
		arguments = Map.copyOf(arguments);
	}

	/**
	 * A queue with one binding.
	 * @param name the name
	 * @param exchange the exchange it is bound to
	 * @param routingKey the key of the binding
	 */
	public CeleryQueue(String name, CeleryExchange exchange, String routingKey) {
		this(name, exchange, routingKey, List.of(), Map.of(), null, false);
	}

	private static void refuseSeparator(String text) {
		Assert.isTrue(!text.contains(SEPARATOR),
				"A queue name or routing key must not contain kombu's separator 0x06 0x16");
	}

	/**
	 * A queue as Celery declares one that is only named: bound to a direct exchange of
	 * its own name by a routing key of its own name.
	 * @param name the name
	 * @return the queue
	 */
	public static CeleryQueue named(String name) {
		return new CeleryQueue(name, CeleryExchange.direct(name), name);
	}

	/**
	 * A queue whose tasks are run by every worker that consumes it when they are sent.
	 * Nothing is kept for workers that are away, and nothing is redelivered. Counterpart
	 * of {@code kombu.common.Broadcast}.
	 * @param name the name of the exchange, and for senders that of the queue
	 * @return the queue, with a name of its own and the default routing key
	 */
	public static CeleryQueue broadcast(String name) {
		return new CeleryQueue("bcast." + UUID.randomUUID(), CeleryExchange.fanout(name), "", List.of(), Map.of(), name,
				true);
	}

	/**
	 * Adds a binding.
	 * @param exchange the exchange
	 * @param routingKey the key
	 * @return the copy
	 */
	public CeleryQueue withBinding(CeleryExchange exchange, String routingKey) {
		List<Binding> more = new ArrayList<>(this.bindings);
		more.add(new Binding(exchange, routingKey));
		return new CeleryQueue(this.name, this.exchange, this.routingKey, more, this.arguments, this.alias,
				this.autoDelete);
	}

	/**
	 * Sets for how long the queue outlives the last use of it.
	 * @param expires from a millisecond; messages that wait longer are lost
	 * @return the copy
	 */
	public CeleryQueue withExpires(Duration expires) {
		Map<String, Object> more = new LinkedHashMap<>(this.arguments);
		more.put(EXPIRES, expires.toMillis());
		return new CeleryQueue(this.name, this.exchange, this.routingKey, this.bindings, more, this.alias,
				this.autoDelete);
	}

	/**
	 * Sets the key of the first binding.
	 * @param routingKey the key
	 * @return the copy
	 */
	public CeleryQueue withRoutingKey(String routingKey) {
		return new CeleryQueue(this.name, this.exchange, routingKey, this.bindings, this.arguments, this.alias,
				this.autoDelete);
	}

	/**
	 * For how long the queue outlives the last use of it.
	 * @return the time, or {@code null} for ever
	 */
	public @Nullable Duration expires() {
		Object millis = this.arguments.get(EXPIRES);
		return (millis instanceof Number number && number.longValue() > 0) ? Duration.ofMillis(number.longValue())
				: null;
	}

	/**
	 * All bindings.
	 * @return at least one
	 */
	public List<Binding> allBindings() {
		List<Binding> all = new ArrayList<>();
		all.add(new Binding(this.exchange, this.routingKey));
		all.addAll(this.bindings);
		return all;
	}

	/**
	 * How a queue is bound to an exchange.
	 *
	 * @param exchange the exchange
	 * @param routingKey the key
	 */
	public record Binding(CeleryExchange exchange, String routingKey) {

		public Binding {
			refuseSeparator(routingKey);
		}

	}

}
