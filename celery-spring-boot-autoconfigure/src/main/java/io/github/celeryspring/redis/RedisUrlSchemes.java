package io.github.celeryspring.redis;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What to say about the schemes that are not supported.
 */
final class RedisUrlSchemes {

	static final String FORM = "Write redis://[user:password@]host[:port][/database], or rediss:// for TLS.";

	private static final Set<String> SENTINEL = Set.of("sentinel", "sentinels", "redis-sentinel", "rediss-sentinel",
			"redis+sentinel");

	private static final Set<String> SOCKET = Set.of("redis+socket", "redis-socket", "socket", "unix", "redis+unix");

	private static final Set<String> AMQP = Set.of("amqp", "amqps", "pyamqp", "py-amqp", "librabbitmq", "rabbitmq");

	private static final Set<String> CLUSTER = Set.of("redis+cluster", "redis-cluster", "rediscluster", "cluster");

	private static final Set<String> SYNONYM = Set.of("valkey", "valkeys", "redis+tls", "redis+ssl", "tls", "tcp");

	private static final Pattern HARMLESS = Pattern.compile("[a-z][a-z0-9+.-]*");

	private RedisUrlSchemes() {
	}

	static String reason(String scheme) {
		if (!HARMLESS.matcher(scheme).matches()) {
			return "its scheme is malformed";
		}
		if (SENTINEL.contains(scheme)) {
			return "Redis Sentinel (" + scheme + "://) is not supported yet by this version";
		}
		if (SOCKET.contains(scheme)) {
			return "unix sockets (" + scheme + "://) are not supported yet by this version";
		}
		if (CLUSTER.contains(scheme)) {
			return "Redis Cluster (" + scheme + "://) is not supported";
		}
		return "the scheme " + scheme + ":// is not supported";
	}

	static String remedy(String scheme) {
		if (SENTINEL.contains(scheme)) {
			return "Until then name the primary itself: redis://host:6379/0.";
		}
		if (SOCKET.contains(scheme)) {
			return "Until then let Redis listen on the loopback address too: redis://127.0.0.1:6379/0.";
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
