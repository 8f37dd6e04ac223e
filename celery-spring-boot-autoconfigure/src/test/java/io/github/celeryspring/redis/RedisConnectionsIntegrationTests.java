package io.github.celeryspring.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class RedisConnectionsIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static final byte[] KEY = { 'k' };

	@Test
	void commandsShareOneNamedConnection() throws Exception {
		try (RedisConnections connections = redis.connections()) {
			assertThat(connections.commands().get(10, TimeUnit.SECONDS))
				.isSameAs(connections.commands().get(10, TimeUnit.SECONDS));
			assertThat(redis.commands().clientList()).containsOnlyOnce("name=celery-spring");
		}
	}

	@Test
	void commandsKeepTheirOrderFromTheFirstOn() {
		try (RedisConnections connections = redis.connections()) {
			int count = 2000;
			CompletableFuture<?>[] pushed = new CompletableFuture<?>[count];
			for (int i = 0; i < count; i++) {
				byte[] value = String.valueOf(i).getBytes(StandardCharsets.US_ASCII);
				pushed[i] = connections.execute((commands) -> commands.rpush(KEY, value));
			}
			assertThat(CompletableFuture.allOf(pushed)).succeedsWithin(Duration.ofSeconds(10));
			assertThat(redis.commands().lrange("k", 0, -1))
				.containsExactlyElementsOf(IntStream.range(0, count).mapToObj(String::valueOf).toList());
		}
	}

	@Test
	void numberOfConnectionsIsFixedAndAllAreNamed() throws Exception {
		RedisConnectionOptions options = new RedisConnectionOptions("mine", Duration.ofSeconds(10),
				Duration.ofSeconds(5));
		try (RedisConnections connections = new RedisConnections(redis.endpoint(), options)) {
			connections.openConsumer();
			for (int i = 0; i < 10; i++) {
				connections.execute((commands) -> commands.set(KEY, KEY)).get(10, TimeUnit.SECONDS);
			}
			connections.openPubSub().get(10, TimeUnit.SECONDS).sync().subscribe(KEY);
			assertThat(redis.commands().clientList().lines().filter((line) -> line.contains(" name=mine "))).hasSize(3);
			// The fourth is that of this test.
			assertThat(redis.commands().clientList().lines()).hasSize(4);
		}
	}

	@Test
	void commandOnItsWayFailsAtOnceWhenTheConnectionBreaks() throws Exception {
		try (RedisConnections connections = redis.connections()) {
			connections.commands().get(10, TimeUnit.SECONDS);
			CompletableFuture<?> blocked = connections.execute((commands) -> commands.blpop(8, KEY));
			await().until(() -> redis.commands().clientList().contains("cmd=blpop"));
			redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
			// Long before the timeout of the command, and never repeated by Lettuce.
			assertThat(blocked).failsWithin(Duration.ofSeconds(5))
				.withThrowableThat()
				.withCauseInstanceOf(RedisException.class);
			await().until(() -> connections.execute((commands) -> commands.rpush(KEY, KEY))
				.handle((length, failure) -> failure == null)
				.get(10, TimeUnit.SECONDS));
			assertThat(redis.commands().llen("k")).isEqualTo(1);
		}
	}

	@Test
	void attemptToConnectIsRepeatedByTheNextCall() throws Exception {
		redis.stop();
		try (RedisConnections connections = redis.connections()) {
			assertThat(connections.commands()).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withCauseInstanceOf(BrokerUnavailableException.class)
				.withMessageContaining(connections.endpoint().toString());
			assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(connections::openConsumer);
			redis.startAgain();
			assertThat(connections.execute((commands) -> commands.set(KEY, KEY)))
				.succeedsWithin(Duration.ofSeconds(10));
		}
	}

	@Test
	void connectionToADemotedServerIsReplaced() throws Exception {
		try (RedisConnections connections = redis.connections()) {
			StatefulRedisConnection<byte[], byte[]> old = connections.commands().get(10, TimeUnit.SECONDS);
			redis.commands().replicaof("127.0.0.1", 1);
			try {
				assertThat(connections.execute((commands) -> commands.set(KEY, KEY)))
					.failsWithin(Duration.ofSeconds(10));
			}
			finally {
				redis.commands().replicaofNoOne();
			}
			await().until(() -> !old.isOpen());
			assertThat(connections.execute((commands) -> commands.set(KEY, KEY)))
				.succeedsWithin(Duration.ofSeconds(10));
			assertThat(connections.commands().get(10, TimeUnit.SECONDS)).isNotSameAs(old);
		}
	}

	@Test
	void consumerConnectionDoesNotReconnectByItself() {
		try (RedisConnections connections = redis.connections()) {
			StatefulRedisConnection<byte[], byte[]> consumer = connections.openConsumer();
			assertThat(consumer.sync().ping()).isEqualTo("PONG");
			redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
			await().until(() -> !consumer.isOpen());
			assertThatExceptionOfType(RedisException.class).isThrownBy(() -> consumer.sync().ping());
		}
	}

	@Test
	void scriptIsSentInFullWhereItIsNotKnown() {
		LuaScript script = LuaScript.of(LuaScript.class, "echo-test.lua");
		try (RedisConnections connections = redis.connections()) {
			for (int i = 0; i < 2; i++) {
				redis.commands().scriptFlush();
				for (int j = 0; j < 2; j++) {
					CompletableFuture<byte[]> reply = connections.execute((commands) -> script.run(commands,
							ScriptOutputType.VALUE, new byte[][] { KEY }, new byte[] { 'v' }));
					assertThat(reply).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(new byte[] { 'k', 'v' });
				}
			}
			assertThat(redis.commands().info("commandstats")).containsPattern("cmdstat_eval:calls=2,");
		}
	}

	@Test
	void closedConnectionsRefuseAtOnce() {
		RedisConnections connections = redis.connections();
		connections.close();
		connections.close();
		assertThat(connections.commands()).failsWithin(Duration.ofSeconds(10));
	}

}
