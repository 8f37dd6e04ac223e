package io.github.celeryspring.redis;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The schemes that are supported, and what to say about others.
 */
final class RedisUrlSchemes {

	static final String FORM = "Write redis://[user:password@]host[:port][/database], or rediss:// for TLS.";

	static final String SENTINEL = "sentinel";

	private static final Set<String> SOCKET = Set.of("redis+socket", "socket");

	private static final Set<String> LIKE_SENTINEL = Set.of("sentinels", "redis-sentinel", "rediss-sentinel",
			"redis+sentinel");

	private static final Set<String> LIKE_SOCKET = Set.of("redis-socket", "unix", "redis+unix");

	private static final Set<String> AMQP = Set.of("amqp", "amqps", "pyamqp", "py-amqp", "librabbitmq", "rabbitmq");

	private static final Set<String> CLUSTER = Set.of("redis+cluster", "redis-cluster", "rediscluster", "cluster");

	private static final Set<String> SYNONYM = Set.of("valkey", "valkeys", "redis+tls", "redis+ssl", "tls", "tcp");

	private static final Pattern HARMLESS = Pattern.compile("[a-z][a-z0-9+.-]*");

	private RedisUrlSchemes() {
	}

	static boolean isSocket(String scheme) {
		return SOCKET.contains(scheme);
	}

	/**
	 * Makes sure that a scheme is supported.
	 * @param text the scheme in any case
	 * @throws UrlMistake if it is not
	 */
	static void check(String text) {
		String scheme = text.toLowerCase(Locale.ROOT);
		if (!scheme.equals("redis") && !scheme.equals("rediss") && !scheme.equals(SENTINEL) && !isSocket(scheme)) {
			throw new UrlMistake(reason(scheme), remedy(scheme));
		}
	}

	private static String reason(String scheme) {
		if (!HARMLESS.matcher(scheme).matches()) {
			return "its scheme is malformed";
		}
		if (CLUSTER.contains(scheme)) {
			return "Redis Cluster (" + scheme + "://) is not supported";
		}
		return "the scheme " + scheme + ":// is not supported";
	}

	private static String remedy(String scheme) {
		if (LIKE_SENTINEL.contains(scheme)) {
			return "Write sentinel://host:26379/0;sentinel://host2:26379, and set master_name in"
					+ " celery.broker-transport-options.";
		}
		if (LIKE_SOCKET.contains(scheme)) {
			return "Write redis+socket:///path/to/redis.sock?virtual_host=0.";
		}
		if (CLUSTER.contains(scheme)) {
			return "Celery's lists need a Redis that is not clustered: redis://host:6379/0.";
		}
		if (AMQP.contains(scheme)) {
			return "celery-spring-boot works over Redis only, not over RabbitMQ; the Python side must use the same Redis: "
					+ "redis://host:6379/0.";
		}
		if (SYNONYM.contains(scheme)) {
			return "Write redis://, or rediss:// for TLS.";
		}
		return "celery-spring-boot works over Redis only. " + FORM;
	}

}
