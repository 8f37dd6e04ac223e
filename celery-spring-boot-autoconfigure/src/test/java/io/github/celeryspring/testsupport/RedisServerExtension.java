package io.github.celeryspring.testsupport;

import io.github.celeryspring.embedded.EmbeddedRedisServer;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real redis-server for the tests of one class, emptied before each. Register it as a
 * static field.
 */
public final class RedisServerExtension implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

	private final String[] arguments;

	private EmbeddedRedisServer server;

	private RedisClient client;

	private StatefulRedisConnection<String, String> connection;

	public RedisServerExtension(String... arguments) {
		this.arguments = arguments;
	}

	/**
	 * A server that is no extension; to be stopped by the caller.
	 * @param arguments for redis-server
	 * @return the running server
	 */
	public static RedisServerExtension startNew(String... arguments) {
		RedisServerExtension server = new RedisServerExtension(arguments);
		server.start(0);
		return server;
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		start(0);
	}

	private void start(int port) {
		this.server = EmbeddedRedisServer.start(port, this.arguments);
		this.client = RedisClient.create(url());
		this.connection = this.client.connect();
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		commands().flushall();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		stop();
	}

	/**
	 * Stops the server; its data is gone.
	 */
	public void stop() {
		this.client.shutdown();
		this.server.close();
	}

	/**
	 * Starts an empty server on the same port after {@link #stop()}.
	 */
	public void startAgain() {
		start(this.server.port());
	}

	public String url() {
		return this.server.url();
	}

	public int port() {
		return this.server.port();
	}

	public RedisEndpoint endpoint() {
		return new RedisEndpoint.Standalone("127.0.0.1", this.server.port(), 0, null, null, null);
	}

	/** A look at the server from outside. */
	public RedisCommands<String, String> commands() {
		return this.connection.sync();
	}

	/** New connections as the code under test uses them; the test closes them. */
	public RedisConnections connections() {
		return new RedisConnections(endpoint(), RedisConnectionOptions.DEFAULTS);
	}

}
