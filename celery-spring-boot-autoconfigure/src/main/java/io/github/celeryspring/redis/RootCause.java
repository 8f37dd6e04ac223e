package io.github.celeryspring.redis;

import javax.net.ssl.SSLException;

import io.github.celeryspring.CeleryException;

/**
 * The part of a failure to connect that tells most.
 */
final class RootCause {

	private RootCause() {
	}

	static String text(Throwable failure) {
		Throwable each = failure;
		while (each.getCause() != null && !(each instanceof CeleryException) && !(each instanceof SSLException)) {
			each = each.getCause();
		}
		return (each.getMessage() != null) ? each.getMessage() : each.getClass().getSimpleName();
	}

}
