package io.github.celeryspring.redis;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Where a Redis is and how to log in. {@link #toString()} shows no password.
 *
 * @since 0.1.0
 */
public sealed interface RedisEndpoint {

	/**
	 * The database number; also part of the names of kombu's fanout channels.
	 * @return the number, from 0
	 */
	int database();

	/**
	 * One server.
	 *
	 * @param host host name or address, IPv6 without brackets
	 * @param port the port
	 * @param database the database number
	 * @param username the ACL user, or {@code null}
	 * @param password the password, or {@code null}
	 * @param tls TLS settings, or {@code null} for a plain connection
	 */
	record Standalone(String host, int port, int database, @Nullable String username, @Nullable String password,
			@Nullable RedisTls tls) implements RedisEndpoint {

		public Standalone {
			Assert.hasText(host, "'host' must not be empty");
			Assert.isTrue(port > 0 && port <= 65535, "'port' must be between 1 and 65535");
			Assert.isTrue(database >= 0, "'database' must not be negative");
		}

		/**
		 * A URL that can be shown: scheme, host, port and database.
		 * @return the URL without credentials
		 */
		@Override
		public String toString() {
			String shown = (this.host.indexOf(':') >= 0) ? "[" + this.host + "]" : this.host;
			return ((this.tls != null) ? "rediss" : "redis") + "://" + shown + ":" + this.port + "/" + this.database;
		}

	}

}
