package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.testsupport.RedisProcess;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Two servers of which one is used. Their passwords differ.
 */
@Timeout(60)
class AlternatesIntegrationTests {

	private static final byte[] CHANNEL = "channel".getBytes();

	private RedisProcess first;

	private RedisProcess second;

	private RedisConnections connections;

	@BeforeEach
	void start() {
		this.first = RedisProcess.start("requirepass first");
		this.second = RedisProcess.start("requirepass second");
		this.connections = new RedisConnections(CeleryRedisUrl.parse(
				"redis://:first@127.0.0.1:" + this.first.port() + ";redis://:second@127.0.0.1:" + this.second.port()),
				RedisConnectionOptions.DEFAULTS);
	}

	@AfterEach
	void stop() {
		this.connections.close();
		this.first.close();
		this.second.close();
	}

	private String port() throws Exception {
		return this.connections.execute((commands) -> commands.configGet("port"))
			.thenApply((found) -> found.get("port"))
			.get(10, TimeUnit.SECONDS);
	}

	private static String port(StatefulRedisConnection<byte[], byte[]> connection) {
		return connection.sync().configGet("port").get("port");
	}

	@Test
	void allConnectionsGoToTheNextServerAndStayThere() throws Exception {
		StatefulRedisPubSubConnection<byte[], byte[]> listener = this.connections.openPubSub()
			.get(10, TimeUnit.SECONDS);
		listener.sync().subscribe(CHANNEL);
		assertThat(port()).isEqualTo(String.valueOf(this.first.port()));
		assertThat(port(this.connections.openConsumer())).isEqualTo(String.valueOf(this.first.port()));
		this.first.kill();
		StatefulRedisConnection<byte[], byte[]> consumer = this.connections.openConsumer();
		assertThat(port(consumer)).isEqualTo(String.valueOf(this.second.port()));
		await().ignoreExceptions().until(() -> port().equals(String.valueOf(this.second.port())));
		await().until(() -> consumer.sync().pubsubNumsub(CHANNEL).containsValue(1L));
		this.first.startAgain();
		assertThat(port(this.connections.openConsumer())).isEqualTo(String.valueOf(this.second.port()));
		this.second.kill();
		assertThat(port(this.connections.openConsumer())).isEqualTo(String.valueOf(this.first.port()));
	}

	@Test
	void demotedServerIsLeft() throws Exception {
		StatefulRedisConnection<byte[], byte[]> consumer = this.connections.openConsumer();
		consumer.sync().replicaof("127.0.0.1", 1);
		assertThat(this.connections.execute((commands) -> commands.set(CHANNEL, CHANNEL)))
			.failsWithin(Duration.ofSeconds(10));
		await().until(() -> !consumer.isOpen());
		assertThat(port()).isEqualTo(String.valueOf(this.second.port()));
		assertThat(this.connections.execute((commands) -> commands.set(CHANNEL, CHANNEL)))
			.succeedsWithin(Duration.ofSeconds(10));
	}

	@Test
	void saysWhyNoneCanBeUsed() {
		this.first.kill();
		this.second.kill();
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(this.connections::openConsumer)
			.withMessageContaining("none of them can be reached")
			.withMessageContaining("redis://127.0.0.1:" + this.first.port() + "/0: ")
			.withMessageContaining("redis://127.0.0.1:" + this.second.port() + "/0: ")
			.withMessageNotContainingAny(":first", ":second");
	}

}
