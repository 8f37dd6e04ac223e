package io.github.celeryspring.testsupport;

import io.github.celeryspring.redis.RedisConnections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class RedisServerExtensionIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@Test
	void connectionsReachTheServer() {
		try (RedisConnections connections = redis.connections()) {
			connections.commands().join().sync().set("k".getBytes(), "v".getBytes());
		}
		assertThat(redis.commands().get("k")).isEqualTo("v");
	}

}
