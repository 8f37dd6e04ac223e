package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * User and password of an endpoint of any kind.
 */
final class EndpointLogin {

	private EndpointLogin() {
	}

	/**
	 * Whether an endpoint says how to log in.
	 * @param endpoint the endpoint
	 * @return whether it names a user or a password
	 */
	static boolean isIn(RedisEndpoint endpoint) {
		if (endpoint instanceof RedisEndpoint.Standalone standalone) {
			return standalone.username() != null || standalone.password() != null;
		}
		if (endpoint instanceof RedisEndpoint.Socket socket) {
			return socket.username() != null || socket.password() != null;
		}
		if (endpoint instanceof RedisEndpoint.Sentinel sentinel) {
			return sentinel.username() != null || sentinel.password() != null;
		}
		return ((RedisEndpoint.Alternates) endpoint).endpoints().stream().anyMatch(EndpointLogin::isIn);
	}

	/**
	 * An endpoint with another login.
	 * @param endpoint the endpoint
	 * @param username the ACL user, or {@code null}
	 * @param password the password, or {@code null}
	 * @return the same place
	 */
	static RedisEndpoint with(RedisEndpoint endpoint, @Nullable String username, @Nullable String password) {
		if (endpoint instanceof RedisEndpoint.Standalone standalone) {
			return new RedisEndpoint.Standalone(standalone.host(), standalone.port(), standalone.database(), username,
					password, standalone.tls());
		}
		if (endpoint instanceof RedisEndpoint.Socket socket) {
			return new RedisEndpoint.Socket(socket.path(), socket.database(), username, password);
		}
		if (endpoint instanceof RedisEndpoint.Sentinel sentinel) {
			return new RedisEndpoint.Sentinel(sentinel.sentinels(), sentinel.options(), sentinel.database(), username,
					password, sentinel.tls());
		}
		return new RedisEndpoint.Alternates(((RedisEndpoint.Alternates) endpoint).endpoints()
			.stream()
			.map((each) -> with(each, username, password))
			.toList());
	}

}
