package io.github.celeryspring.redis;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

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
	 * How TLS is spoken with the servers.
	 * @return the settings, or {@code null} for plain connections
	 */
	@Nullable RedisTls tls();

	/**
	 * The same place, spoken to with TLS.
	 * @param tls the settings, which replace those there are
	 * @return the endpoint
	 * @throws IllegalArgumentException if it is a unix socket
	 */
	RedisEndpoint withTls(RedisTls tls);

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

		@Override
		public Standalone withTls(RedisTls tls) {
			return new Standalone(this.host, this.port, this.database, this.username, this.password, tls);
		}

		/**
		 * A URL that can be shown: scheme, host, port and database.
		 * @return the URL without credentials
		 */
		@Override
		public String toString() {
			return ((this.tls != null) ? "rediss" : "redis") + "://" + HostAndPort.text(this.host, this.port) + "/"
					+ this.database;
		}

	}

	/**
	 * One server on this machine, reached through a unix socket.
	 *
	 * @param path the path of the socket
	 * @param database the database number
	 * @param username the ACL user, or {@code null}
	 * @param password the password, or {@code null}
	 */
	record Socket(String path, int database, @Nullable String username,
			@Nullable String password) implements RedisEndpoint {

		public Socket {
			Assert.hasText(path, "'path' must not be empty");
			Assert.isTrue(database >= 0, "'database' must not be negative");
		}

		@Override
		public @Nullable RedisTls tls() {
			return null;
		}

		@Override
		public Socket withTls(RedisTls tls) {
			throw new IllegalArgumentException("A unix socket cannot be spoken to with TLS");
		}

		/**
		 * A URL that can be shown: scheme, path and database.
		 * @return the URL without credentials
		 */
		@Override
		public String toString() {
			return "redis+socket://" + this.path + "?virtual_host=" + this.database;
		}

	}

	/**
	 * The master that Sentinels name.
	 *
	 * @param sentinels the Sentinels, at least one, in the order to ask them
	 * @param options what to ask for, and how to log in at the Sentinels
	 * @param database the database number of the master
	 * @param username the ACL user at the master, or {@code null}
	 * @param password the password at the master, or {@code null}
	 * @param tls TLS settings for the master, or {@code null} for a plain connection
	 */
	record Sentinel(List<HostAndPort> sentinels, SentinelOptions options, int database, @Nullable String username,
			@Nullable String password, @Nullable RedisTls tls) implements RedisEndpoint {

		/** The port of a Sentinel that names none. */
		public static final int DEFAULT_PORT = 26379;

		public Sentinel {
			sentinels = List.copyOf(sentinels);
			Assert.notEmpty(sentinels, "'sentinels' must not be empty");
			Assert.hasText(options.masterName(), "'master_name' must not be empty");
			Assert.isTrue(database >= 0, "'database' must not be negative");
		}

		@Override
		public Sentinel withTls(RedisTls tls) {
			return new Sentinel(this.sentinels, this.options, this.database, this.username, this.password, tls);
		}

		/**
		 * URLs that can be shown: the Sentinels, the database and the name of the master.
		 * @return the URLs without credentials
		 */
		@Override
		public String toString() {
			return this.sentinels.stream()
				.map((sentinel) -> "sentinel://" + sentinel + "/" + this.database)
				.collect(Collectors.joining(";")) + " (master_name " + this.options.masterName() + ")";
		}

	}

	/**
	 * Servers of which one is used, and the next when that one cannot be reached. They
	 * should hold the same data, such as the addresses of one server or of a replicated
	 * pair behind a virtual address: messages in one are not seen in the other. When the
	 * first can be reached again nothing happens; it is used again when the others fail.
	 *
	 * @param endpoints the servers, at least two, in order; all with the same database
	 * number and the same TLS settings, and all or none through unix sockets
	 */
	record Alternates(List<RedisEndpoint> endpoints) implements RedisEndpoint {

		public Alternates {
			endpoints = List.copyOf(endpoints);
			Assert.isTrue(endpoints.size() > 1, "'endpoints' must be two or more");
			Assert.isTrue(endpoints.stream().allMatch((each) -> each instanceof Standalone || each instanceof Socket),
					"'endpoints' must be single servers");
			RedisEndpoint first = endpoints.get(0);
			Assert.isTrue(endpoints.stream().allMatch((each) -> each.getClass() == first.getClass()),
					"'endpoints' must all be unix sockets or none");
			Assert.isTrue(endpoints.stream().allMatch((each) -> each.database() == first.database()),
					"'endpoints' must have the same database");
			Assert.isTrue(endpoints.stream().allMatch((each) -> Objects.equals(each.tls(), first.tls())),
					"'endpoints' must have the same TLS settings");
		}

		@Override
		public int database() {
			return this.endpoints.get(0).database();
		}

		@Override
		public @Nullable RedisTls tls() {
			return this.endpoints.get(0).tls();
		}

		@Override
		public Alternates withTls(RedisTls tls) {
			return new Alternates(this.endpoints.stream().map((each) -> each.withTls(tls)).toList());
		}

		/**
		 * URLs that can be shown.
		 * @return the URLs without credentials
		 */
		@Override
		public String toString() {
			return this.endpoints.stream().map(Object::toString).collect(Collectors.joining(";"));
		}

	}

	/**
	 * Where a Sentinel is.
	 *
	 * @param host host name or address, IPv6 without brackets
	 * @param port the port
	 */
	record HostAndPort(String host, int port) {

		public HostAndPort {
			Assert.hasText(host, "'host' must not be empty");
			Assert.isTrue(port > 0 && port <= 65535, "'port' must be between 1 and 65535");
		}

		static String text(String host, int port) {
			return ((host.indexOf(':') >= 0) ? "[" + host + "]" : host) + ":" + port;
		}

		@Override
		public String toString() {
			return text(this.host, this.port);
		}

	}

}
