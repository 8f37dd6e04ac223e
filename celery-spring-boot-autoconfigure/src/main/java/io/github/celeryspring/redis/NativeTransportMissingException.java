package io.github.celeryspring.redis;

import io.github.celeryspring.CeleryException;

/**
 * Redis is to be reached through a unix socket, and netty's native transport, which can
 * do that, is not on the class path or does not work on this machine.
 *
 * @since 0.1.0
 */
public final class NativeTransportMissingException extends CeleryException {

	private final String remedy;

	NativeTransportMissingException(RedisEndpoint endpoint, String remedy) {
		super("Redis at " + endpoint
				+ " cannot be reached: unix sockets need netty's native transport, which is missing. " + remedy, null);
		this.remedy = remedy;
	}

	/**
	 * What to do about it.
	 * @return one or more sentences
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
