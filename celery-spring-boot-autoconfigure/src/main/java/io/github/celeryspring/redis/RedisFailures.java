package io.github.celeryspring.redis;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisException;

/**
 * Tells failures that pass from those that stay, and what to do about them.
 *
 * @since 0.1.0
 */
public final class RedisFailures {

	/** Error replies that a working Redis stops giving by itself. */
	private static final Set<String> PASSING = Set.of("LOADING", "READONLY", "MASTERDOWN", "BUSY", "OOM", "MISCONF",
			"NOREPLICAS", "TRYAGAIN", "CLUSTERDOWN", "UNBLOCKED");

	private static final Set<String> DEMOTION = Set.of("READONLY", "MASTERDOWN", "UNBLOCKED");

	private static final Pattern IN_SCRIPT = Pattern.compile("^ERR Error running script .*?: -([A-Z]+) ");

	private RedisFailures() {
	}

	/**
	 * Whether the same command may succeed later: the connection is gone, the reply is
	 * late, or Redis says that it cannot now.
	 * @param failure as given by a future, wrapped or not
	 * @return whether to try again
	 */
	public static boolean isPassing(Throwable failure) {
		Throwable cause = CeleryException.unwrap(failure);
		if (cause instanceof RedisCommandExecutionException) {
			return PASSING.contains(code(cause));
		}
		if (cause instanceof RedisCommandInterruptedException) {
			return false;
		}
		return cause instanceof RedisException || cause instanceof BrokerUnavailableException
				|| cause instanceof java.io.IOException;
	}

	/**
	 * Whether Redis says that it is not, or not yet, the master.
	 * @param failure as given by a future, wrapped or not
	 * @return whether to connect anew
	 */
	public static boolean isDemotion(Throwable failure) {
		Throwable cause = CeleryException.unwrap(failure);
		return cause instanceof RedisCommandExecutionException && DEMOTION.contains(code(cause));
	}

	/**
	 * The first word of an error reply. Redis before 7 wraps the error of a command in a
	 * script into one of its own.
	 */
	private static String code(Throwable reply) {
		String message = String.valueOf(reply.getMessage());
		Matcher inScript = IN_SCRIPT.matcher(message);
		if (inScript.find()) {
			return inScript.group(1);
		}
		int space = message.indexOf(' ');
		return (space < 0) ? message : message.substring(0, space);
	}

	/**
	 * Says what happened and what to do about it.
	 * @param failure as given by a future, wrapped or not
	 * @return one line without secrets; the message itself if it is one of ours
	 */
	public static String describe(Throwable failure) {
		return FailureHints.describe(CeleryException.unwrap(failure), RedisSettingNames.DEFAULTS);
	}

}
