package io.github.celeryspring.embedded;

import io.github.celeryspring.autoconfigure.EmbeddedBroker;
import io.github.celeryspring.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * The embedded redis-server of one application context.
 */
final class EmbeddedRedis implements EmbeddedBroker, AutoCloseable {

	private final int port;

	private @Nullable EmbeddedRedisServer server;

	EmbeddedRedis(int port) {
		this.port = port;
	}

	@Override
	public synchronized RedisEndpoint start() {
		EmbeddedRedisServer started = this.server;
		if (started == null) {
			started = startServer();
			this.server = started;
		}
		return new RedisEndpoint.Standalone("127.0.0.1", started.port(), 0, null, null, null);
	}

	private EmbeddedRedisServer startServer() {
		try {
			return EmbeddedRedisServer.start(this.port);
		}
		catch (RuntimeException ex) {
			throw new EmbeddedRedisException(ex);
		}
	}

	@Override
	public synchronized void close() {
		if (this.server != null) {
			this.server.close();
		}
	}

}
