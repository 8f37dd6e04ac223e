package io.github.celeryspring.kombu.redis;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.redis.RedisEndpoint;

/**
 * The channels of fanout exchanges, and which exchanges are fanout. Thread-safe.
 * Counterpart of {@code Channel._get_publish_topic} and {@code _get_subscribe_topic}.
 */
final class FanoutChannels {

	private final String prefix;

	private final boolean patterns;

	private final Set<String> exchanges = ConcurrentHashMap.newKeySet();

	FanoutChannels(RedisTransportOptions options, RedisEndpoint endpoint) {
		String database = String.valueOf(endpoint.database());
		this.prefix = options.globalKeyprefix() + options.fanoutPrefix().replace("{db}", database);
		this.patterns = options.fanoutPatterns();
	}

	void declare(CeleryExchange exchange) {
		if (exchange.type() == CeleryExchange.Type.FANOUT) {
			this.exchanges.add(exchange.name());
		}
	}

	boolean isFanout(String exchange) {
		return !exchange.isEmpty() && this.exchanges.contains(exchange);
	}

	/** Where a message is published. */
	String channel(String exchange, String routingKey) {
		return this.prefix + exchange + ((this.patterns && !routingKey.isEmpty()) ? "/" + routingKey : "");
	}

	/** What to subscribe to. */
	String pattern(String exchange, String routingPattern) {
		return channel(exchange, routingPattern.replace('#', '*'));
	}

}
