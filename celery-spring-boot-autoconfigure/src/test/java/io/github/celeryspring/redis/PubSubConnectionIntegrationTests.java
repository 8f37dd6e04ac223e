package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The health check with RESP2, where a subscribed connection may not say HELLO. With
 * RESP3 the users of the connection test it.
 */
class PubSubConnectionIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension("--rename-command", "HELLO", "");

	private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

	@Test
	void pingsWhereHelloIsNotAllowed() throws Exception {
		RedisConnectionOptions checkedOften = new RedisConnectionOptions("test", Duration.ofSeconds(5),
				Duration.ofSeconds(5), true, RedisConnectionOptions.KeepAlive.DEFAULTS, Duration.ofMillis(20));
		try (RedisConnections connections = new RedisConnections(redis.endpoint(), checkedOften);
				PubSubConnection connection = new PubSubConnection(connections, "tests", new Listener())) {
			assertThat(connection.send((commands) -> commands.subscribe("a".getBytes()).toCompletableFuture()))
				.succeedsWithin(Duration.ofSeconds(5));
			assertThat(connection.send((commands) -> commands.psubscribe("b*".getBytes()).toCompletableFuture()))
				.succeedsWithin(Duration.ofSeconds(5));
			await().until(() -> connection.notSubscribed(List.of("a", "b*", "c")).equals(Set.of("c")));
			redis.commands().configResetstat();
			await().until(() -> redis.commands().info("commandstats").matches("(?s).*cmdstat_ping:calls=\\d\\d,.*"));
			redis.commands().publish("a", "1");
			redis.commands().publish("bc", "2");
			assertThat(this.heard.poll(5, TimeUnit.SECONDS)).isEqualTo("a 1");
			assertThat(this.heard.poll(5, TimeUnit.SECONDS)).isEqualTo("b* 2");
			assertThat(redis.commands().info("stats")).contains("total_connections_received:0");
		}
	}

	private final class Listener implements PubSubListener {

		@Override
		public void subscribed(String name) {
			// asked for by notSubscribed
		}

		@Override
		public void message(String name, byte[] message) {
			PubSubConnectionIntegrationTests.this.heard.add(name + " " + new String(message));
		}

		@Override
		public void subscribeMissing() {
			// nothing is
		}

		@Override
		public void refused(CeleryException reason) {
			throw reason;
		}

	}

}
