package io.github.celeryspring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.github.celeryspring.autoconfigure.OptionKeys.Unknown;
import org.springframework.core.env.Environment;

/**
 * The options of Celery and kombu that have to do with Redis: which have an effect, which
 * have none, and why.
 */
final class CeleryOptionKeys {

	private static final String QUEUES = "Redis keeps all queues in the same way";

	private static final String FIXED = "the number of connections is fixed";

	private static final String REPEATED = "a command without a reply is repeated where that is safe, and nowhere else";

	private static final String RECONNECT = "a worker connects again without end, and sending is tried again as"
			+ " celery.task-publish-retry-policy says";

	private static final String RESULTS_REPEATED = "results are written again until Redis takes them, and reading them"
			+ " is tried again as celery.result-backend-transport-options.retry-policy says";

	private static final String REPLIES = "commands are in no queue, and the queue of their replies is deleted when"
			+ " they have come";

	private static final String AS_OTHERS = "the Sentinels are spoken to with the timeouts and the like of the other"
			+ " connections";

	private static final Set<String> SSL = Set.of("ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile",
			"ssl_check_hostname");

	static final OptionKeys BROKER = new OptionKeys("celery.broker-transport-options",
			Set.of("visibility_timeout", "unacked_key", "unacked_index_key", "unacked_mutex_key",
					"unacked_mutex_expire", "unacked_restore_limit", "unacked_restore_interval", "owner_timeout",
					"priority_steps", "sep", "queue_order_strategy", "polling_interval", "wait_strategy",
					"global_keyprefix", "fanout_prefix", "fanout_patterns", "body_encoding", "deadletter_queue",
					"socket_timeout", "socket_connect_timeout", "socket_keepalive", "socket_keepalive_options",
					"health_check_interval", "client_name", "master_name", "min_other_sentinels", "sentinel_kwargs"),
			List.of(UnusedOption
				.refused("ack_emulation", "without it a message would be lost with the worker that works on it",
						"Remove it, or set it to true.")
				.unless("true"), credentialProvider("credential_provider"),
					UnusedOption
						.ignored("sentinel_fanout_compat",
								"over Sentinel, broadcasts are exchanged with kombu 5.4 and later only")
						.unless("false"),
					UnusedOption.ignored("unacked_restore_throttle",
							"a sweep is made each time that unacked_restore_interval is over"),
					UnusedOption.ignored("reauth_check_interval",
							"new credentials are sent as soon as the RedisCredentialsProvider has them"),
					UnusedOption.ignored("max_connections", FIXED), UnusedOption.ignored("retry_on_timeout", REPEATED),
					UnusedOption.ignored("max_retries", RECONNECT), UnusedOption.ignored("interval_start", RECONNECT),
					UnusedOption.ignored("interval_step", RECONNECT), UnusedOption.ignored("interval_max", RECONNECT),
					UnusedOption.ignored("connect_retries_timeout", RECONNECT)),
			Unknown.WARN);

	static final OptionKeys RESULTS = new OptionKeys("celery.result-backend-transport-options",
			Set.of("global_keyprefix", "result_chord_ordered", "retry_policy", "master_name", "min_other_sentinels",
					"sentinel_kwargs"),
			List.of(UnusedOption.ignored("visibility_timeout",
					"Celery does not look at it here either; what counts is that of celery.broker-transport-options"),
					UnusedOption.ignored("additional_connection_errors", "it names classes of Python")),
			Unknown.WARN);

	/** Those that are no map. Others may belong to anything. */
	static final OptionKeys SETTINGS = new OptionKeys("celery", Set.of(), List.of(
			credentialProvider("redis_backend_credential_provider"), UnusedOption.ignored("control_queue_ttl", REPLIES),
			UnusedOption.ignored("control_queue_expires", REPLIES),
			UnusedOption.ignored("control_queue_exclusive", REPLIES),
			UnusedOption.ignored("control_queue_durable", REPLIES),
			UnusedOption.ignored("redis_max_connections", FIXED),
			UnusedOption.ignored("task_default_delivery_mode", QUEUES).unless("2"),
			UnusedOption.ignored("task_default_queue_type", QUEUES).unless("classic"),
			UnusedOption.ignored("task_create_missing_queue_type", QUEUES).unless("classic"),
			UnusedOption.ignored("redis_retry_on_timeout", REPEATED),
			UnusedOption.ignored("result_backend_always_retry", RESULTS_REPEATED).unless("true"),
			UnusedOption.ignored("result_backend_max_retries", RESULTS_REPEATED),
			UnusedOption.ignored("result_backend_base_sleep_between_retries_ms", RESULTS_REPEATED),
			UnusedOption.ignored("result_backend_max_sleep_between_retries_ms", RESULTS_REPEATED),
			UnusedOption.ignored("result_backend_thread_safe", "the result backend is thread-safe").unless("true")),
			Unknown.ALLOW);

	private CeleryOptionKeys() {
	}

	private static UnusedOption credentialProvider(String name) {
		return UnusedOption.refused(name, "it names a class of Python",
				"Declare a bean of Lettuce's type RedisCredentialsProvider instead.");
	}

	static OptionKeys sentinel(OptionKeys options) {
		List<UnusedOption> unused = new ArrayList<>(List.of(credentialProvider("credential_provider")));
		Stream
			.of("socket_timeout", "socket_connect_timeout", "socket_keepalive", "socket_keepalive_options",
					"health_check_interval", "retry_on_timeout", "client_name", "max_connections")
			.forEach((name) -> unused.add(UnusedOption.ignored(name, AS_OTHERS)));
		Set<String> supported = new TreeSet<>(SSL);
		supported.addAll(List.of("username", "password", "ssl"));
		return new OptionKeys(options.propertyOf("sentinel_kwargs"), supported, unused, Unknown.WARN);
	}

	static OptionKeys useSsl(String property) {
		Set<String> supported = new TreeSet<>(SSL);
		supported.add("enabled");
		return new OptionKeys(property, supported, List.of(), Unknown.REFUSE);
	}

	/**
	 * Looks at all of them.
	 * @param environment the properties of the application
	 * @throws CeleryConfigurationException if there is one that must not be there
	 */
	static void check(Environment environment) {
		for (OptionKeys keys : List.of(BROKER, RESULTS, SETTINGS, sentinel(BROKER), sentinel(RESULTS))) {
			keys.check(environment);
		}
		for (String property : List.of(CeleryTls.BROKER, CeleryTls.RESULTS)) {
			useSsl(property).check(environment);
			if (PropertyForm.hasValue(environment, property) && PropertyForm.hasKeys(environment, property)) {
				throw new CeleryConfigurationException(
						"'" + property + "' has a value and options below it, of which the options would be ignored.",
						"Remove the value: options alone switch TLS on.", null);
			}
		}
	}

}
