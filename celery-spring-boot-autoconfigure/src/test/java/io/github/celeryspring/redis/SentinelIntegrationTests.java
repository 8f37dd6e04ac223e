package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.github.celeryspring.testsupport.RedisProcess;
import io.github.celeryspring.testsupport.SentinelExtension;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Three Sentinels with a password of their own, a primary and a replica.
 */
@Timeout(60)
class SentinelIntegrationTests {

	@RegisterExtension
	static final SentinelExtension sentinel = new SentinelExtension("data", "watch");

	private static final byte[] KEY = { 'k' };

	private static RedisConnections connections(RedisEndpoint endpoint) {
		return new RedisConnections(endpoint, RedisConnectionOptions.DEFAULTS);
	}

	private static String port(RedisConnections connections) throws Exception {
		return connections.execute((commands) -> commands.configGet("port"))
			.thenApply((found) -> found.get("port"))
			.get(10, TimeUnit.SECONDS);
	}

	private static boolean works(RedisConnections connections) throws Exception {
		return connections.execute((commands) -> commands.set(KEY, KEY))
			.handle((reply, failure) -> failure == null)
			.get(15, TimeUnit.SECONDS);
	}

	@Test
	void allConnectionsFollowTheMaster() throws Exception {
		try (RedisConnections connections = connections(CeleryRedisUrl.parse(sentinel.url(), sentinel.options()))) {
			StatefulRedisConnection<byte[], byte[]> consumer = connections.openConsumer();
			AtomicInteger heard = new AtomicInteger();
			StatefulRedisPubSubConnection<byte[], byte[]> listener = connections.openPubSub().get(10, TimeUnit.SECONDS);
			listener.addListener(new RedisPubSubAdapter<>() {

				@Override
				public void message(byte[] channel, byte[] message) {
					heard.incrementAndGet();
				}

			});
			listener.sync().subscribe(KEY);
			assertThat(port(connections)).isEqualTo(String.valueOf(sentinel.primary().port()));

			sentinel.failover();
			await().until(() -> !consumer.isOpen());
			allAreBack(connections, heard);

			RedisProcess killed = sentinel.killPrimary();
			allAreBack(connections, heard);
			sentinel.startAgain(killed);
		}
	}

	private static void allAreBack(RedisConnections connections, AtomicInteger heard) throws Exception {
		await().atMost(Duration.ofSeconds(5)).until(() -> works(connections));
		assertThat(port(connections)).isEqualTo(String.valueOf(sentinel.primary().port()));
		StatefulRedisConnection<byte[], byte[]> consumer = connections.openConsumer();
		assertThat(consumer.sync().get(KEY)).isEqualTo(KEY);
		int before = heard.get();
		await().atMost(Duration.ofSeconds(5)).until(() -> {
			consumer.sync().publish(KEY, KEY);
			return heard.get() > before;
		});
	}

	/**
	 * A master that hangs breaks no connection: nobody but the Sentinels tells.
	 */
	@Test
	void masterThatHangsIsLeft() throws Exception {
		try (RedisConnections connections = connections(sentinel.endpoint())) {
			await().until(() -> works(connections));
			StatefulRedisConnection<byte[], byte[]> consumer = connections.openConsumer();
			RedisProcess old = sentinel.freezePrimary();
			await().atMost(Duration.ofSeconds(5)).until(() -> !consumer.isOpen());
			await().atMost(Duration.ofSeconds(5)).until(() -> works(connections));
			sentinel.thaw(old);
		}
	}

	@Test
	void asksTheNextSentinelIfOneIsGone() throws Exception {
		RedisProcess gone = RedisProcess.startSentinel();
		gone.close();
		List<HostAndPort> addresses = List.of(new HostAndPort("127.0.0.1", gone.port()),
				sentinel.endpoint().sentinels().get(0));
		try (RedisConnections connections = connections(
				new RedisEndpoint.Sentinel(addresses, sentinel.options(), 0, null, "data", null))) {
			assertThat(works(connections)).isTrue();
		}
	}

	@Test
	void saysThatTheMasterIsUnknown() {
		refused(new SentinelOptions("other", 0, null, "watch", null),
				"knows no master 'other' (master_name), but 'mymaster'");
	}

	@Test
	void saysThatTooFewSentinelsAreKnown() {
		refused(new SentinelOptions("mymaster", 3, null, "watch", null),
				"knows 2 other Sentinels only, and min_other_sentinels is 3");
	}

	@Test
	void saysThatTheSentinelsWantAPassword() {
		refused(new SentinelOptions("mymaster", 0, null, "s3cr3t", null), "WRONGPASS");
	}

	private static void refused(SentinelOptions options, String reason) {
		RedisEndpoint endpoint = new RedisEndpoint.Sentinel(sentinel.endpoint().sentinels(), options, 0, null, "data",
				null);
		try (RedisConnections connections = connections(endpoint)) {
			assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(connections::openConsumer)
				.withMessageContaining(reason)
				.withMessageContaining("Sentinel 127.0.0.1:" + sentinel.sentinels().get(2).port())
				.withMessageContaining("master '" + options.masterName() + "'")
				.withMessageNotContainingAny("watch", "s3cr3t");
		}
	}

}
