package io.github.celeryspring.kombu.redis;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisFailures;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Warns, once, of a Redis that loses queues or is too old. {@code INFO} tells what
 * {@code CONFIG GET} does, and is allowed where that is not.
 */
final class RedisServerCheck {

	private static final Log logger = LogFactory.getLog(RedisServerCheck.class);

	private static final Pattern VERSION = Pattern.compile("(?m)^redis_version:((\\d+)\\.(\\d+)\\S*)");

	private static final Pattern MAX_MEMORY = Pattern.compile("(?m)^maxmemory:(\\d+)");

	private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:(\\S+)");

	private static final long RETRY_SECONDS = 10;

	private final RedisConnections connections;

	private final ScheduledExecutorService timer;

	RedisServerCheck(RedisConnections connections, ScheduledExecutorService timer) {
		this.connections = connections;
		this.timer = timer;
	}

	/** Checks, as soon as Redis can be reached. */
	void start() {
		this.connections
			.execute((redis) -> redis.info("server").thenCombine(redis.info("memory"), (one, other) -> one + other))
			.whenComplete((info, failure) -> {
				if (failure == null) {
					checkVersion(info);
					checkEviction(info);
				}
				else if (RedisFailures.isPassing(failure)) {
					this.timer.schedule(this::start, RETRY_SECONDS, TimeUnit.SECONDS);
				}
				else {
					logger.debug("Redis does not tell its version and maxmemory-policy", failure);
				}
			});
	}

	static void checkVersion(String info) {
		Matcher version = VERSION.matcher(info);
		if (!version.find()) {
			return;
		}
		int major = Integer.parseInt(version.group(2));
		if (major < 6 || (major == 6 && Integer.parseInt(version.group(3)) < 2)) {
			logger.warn("Redis " + version.group(1)
					+ " is too old: Redis 6.2 or later is needed, or messages cannot be fetched");
		}
	}

	private static void checkEviction(String info) {
		Matcher maxMemory = MAX_MEMORY.matcher(info);
		Matcher policy = POLICY.matcher(info);
		if (!maxMemory.find() || !policy.find() || policy.group(1).equals("noeviction")) {
			return;
		}
		String setting = "maxmemory-policy is " + policy.group(1) + ". Set maxmemory-policy to noeviction";
		boolean limited = Long.parseLong(maxMemory.group(1)) > 0;
		if (policy.group(1).startsWith("volatile-")) {
			if (limited) {
				logger.info("Redis may forget results before they expire, because " + setting);
			}
		}
		else if (limited) {
			logger.warn("Redis will throw away queues, with all messages in them, when its memory is full, because "
					+ setting);
		}
		else {
			logger.info("Redis would throw away queues if it had a memory limit, because " + setting);
		}
	}

}
