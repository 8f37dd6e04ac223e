package io.github.celeryspring.embedded;

/**
 * The embedded redis-server could not be started.
 */
final class EmbeddedRedisException extends RuntimeException {

	EmbeddedRedisException(Throwable cause) {
		super("The embedded redis-server could not be started: " + cause.getMessage(), cause);
	}

}
