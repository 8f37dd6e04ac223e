package io.github.celeryspring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The keys that may stand in one of Celery's options maps. Warns about those that have no
 * effect; their values are never shown.
 *
 * @param property the property that holds the map
 * @param supported keys with an effect, in kombu's spelling
 * @param later keys that a later version will understand
 * @param ignored keys that only make sense for kombu's own client
 */
record OptionKeys(String property, Set<String> supported, Set<String> later, Set<String> ignored) {

	private static final Log logger = LogFactory.getLog(OptionKeys.class);

	static final OptionKeys BROKER = new OptionKeys("celery.broker-transport-options",
			Set.of("visibility_timeout", "unacked_key", "unacked_index_key", "unacked_mutex_key",
					"unacked_mutex_expire", "unacked_restore_limit", "unacked_restore_interval", "priority_steps",
					"sep", "queue_order_strategy", "polling_interval", "wait_strategy", "global_keyprefix",
					"socket_timeout", "socket_connect_timeout", "client_name"),
			Set.of("master_name", "min_other_sentinels", "sentinel_kwargs", "fanout_prefix", "fanout_patterns",
					"deadletter_queue", "credential_provider"),
			Set.of("ack_emulation", "unacked_restore_throttle", "socket_keepalive", "socket_keepalive_options",
					"retry_on_timeout", "health_check_interval", "max_connections", "body_encoding",
					"reauth_check_interval"));

	static final OptionKeys RESULTS = new OptionKeys("celery.result-backend-transport-options",
			Set.of("global_keyprefix"), Set.of("master_name", "min_other_sentinels", "sentinel_kwargs"),
			Set.of("retry_policy", "result_chord_ordered", "visibility_timeout"));

	/**
	 * Logs a warning for each key without effect.
	 * @param environment the properties of the application
	 */
	void check(Environment environment) {
		Map<String, Object> options = Binder.get(environment)
			.bind(this.property, Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of());
		new TreeMap<>(options).keySet().stream().map(this::warning).forEach((warning) -> {
			if (warning != null) {
				logger.warn(warning);
			}
		});
	}

	private @Nullable String warning(String key) {
		if (contains(this.supported, key)) {
			return null;
		}
		if (contains(this.later, key)) {
			return this.property + ": '" + key + "' is not supported yet by this version and has no effect";
		}
		if (contains(this.ignored, key)) {
			return this.property + ": '" + key + "' has no meaning for this client and no effect";
		}
		String nearest = nearest(key);
		return this.property + ": unknown key '" + key + "' has no effect"
				+ ((nearest != null) ? ", did you mean '" + nearest + "'?" : "");
	}

	private static boolean contains(Set<String> keys, String key) {
		return keys.stream().anyMatch((each) -> uniform(each).equals(uniform(key)));
	}

	/**
	 * Snake, kebab and camel case become one, as in Boot's relaxed binding.
	 */
	private static String uniform(String key) {
		return key.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
	}

	private @Nullable String nearest(String key) {
		List<String> all = new ArrayList<>(new TreeSet<>(this.supported));
		all.addAll(new TreeSet<>(this.later));
		String nearest = null;
		int least = Integer.MAX_VALUE;
		for (String candidate : all) {
			int distance = EditDistance.between(uniform(key), uniform(candidate));
			if (distance < least) {
				least = distance;
				nearest = candidate;
			}
		}
		return (least <= Math.max(2, key.length() / 2)) ? nearest : null;
	}

}
