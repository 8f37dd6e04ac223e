package io.github.celeryspring.kombu;

import org.springframework.util.Assert;

/**
 * An exchange. Only its name is ever stored in Redis ({@code _kombu.binding.<name>}).
 * Counterpart of {@code kombu.entity.Exchange}.
 *
 * @param name the name
 * @param type the type
 * @since 0.1.0
 */
public record CeleryExchange(String name, Type type) {

	public CeleryExchange {
		Assert.hasText(name, "'name' must not be empty");
	}

	/**
	 * A direct exchange.
	 * @param name the name
	 * @return the exchange
	 */
	public static CeleryExchange direct(String name) {
		return new CeleryExchange(name, Type.DIRECT);
	}

	/**
	 * A topic exchange.
	 * @param name the name
	 * @return the exchange
	 */
	public static CeleryExchange topic(String name) {
		return new CeleryExchange(name, Type.TOPIC);
	}

	/**
	 * A fanout exchange.
	 * @param name the name
	 * @return the exchange
	 */
	public static CeleryExchange fanout(String name) {
		return new CeleryExchange(name, Type.FANOUT);
	}

	/**
	 * The exchange types that kombu knows on Redis.
	 */
	public enum Type {

		/** Routing keys are compared. */
		DIRECT,

		/** Routing keys are matched against patterns. */
		TOPIC,

		/** Every subscriber, by publish and subscribe. */
		FANOUT

	}

}
