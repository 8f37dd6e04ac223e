package io.github.celeryspring.redis;

import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import io.github.celeryspring.BrokerUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisException;

/**
 * Tells failures that pass from those that stay.
 *
 * @since 0.1.0
 */
public final class RedisFailures {

	/** Error replies that a working Redis stops giving by itself. */
	private static final Set<String> PASSING = Set.of("LOADING", "READONLY", "MASTERDOWN", "BUSY", "OOM", "MISCONF",
			"NOREPLICAS", "TRYAGAIN", "CLUSTERDOWN", "UNBLOCKED");

	private RedisFailures() {
	}

	/**
	 * Whether the same command may succeed later: the connection is gone, the reply is
	 * late, or Redis says that it cannot now.
	 * @param failure as given by a future, wrapped or not
	 * @return whether to try again
	 */
	public static boolean isPassing(Throwable failure) {
		Throwable cause = unwrap(failure);
		if (cause instanceof RedisCommandExecutionException) {
			String message = String.valueOf(cause.getMessage());
			int space = message.indexOf(' ');
			return PASSING.contains((space < 0) ? message : message.substring(0, space));
		}
		if (cause instanceof RedisCommandInterruptedException) {
			return false;
		}
		return cause instanceof RedisException || cause instanceof BrokerUnavailableException
				|| cause instanceof java.io.IOException;
	}

	/**
	 * Removes the wrappers that futures put around a failure.
	 * @param failure the failure
	 * @return what happened
	 */
	public static Throwable unwrap(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

}
