package io.github.celeryspring.kombu;

import org.springframework.util.Assert;

/**
 * A queue and its binding. Declare one as a bean and the worker consumes it. Counterpart
 * of {@code kombu.entity.Queue}.
 *
 * @param name the name, without kombu's separator 0x06 0x16
 * @param exchange the exchange it is bound to
 * @param routingKey the key of the binding
 * @since 0.1.0
 */
public record CeleryQueue(String name, CeleryExchange exchange, String routingKey) {

	/** kombu's separator between a queue and its priority step, and inside bindings. */
	public static final String SEPARATOR = "\u0006\u0016";

	public CeleryQueue {
		Assert.hasText(name, "'name' must not be empty");
		Assert.isTrue(!name.contains(SEPARATOR) && !routingKey.contains(SEPARATOR),
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

}
