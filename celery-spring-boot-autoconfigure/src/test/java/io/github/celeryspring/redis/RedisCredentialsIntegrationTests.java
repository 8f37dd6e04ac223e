package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.function.UnaryOperator;

import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Passwords that change while connections live.
 */
@Timeout(60)
class RedisCredentialsIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static final byte[] KEY = { 'k' };

	@BeforeEach
	void setPassword() {
		rotate("old");
		redis.commands().configResetstat();
	}

	private static void rotate(String password) {
		redis.commands()
			.aclSetuser("worker",
					AclSetuserArgs.Builder.on()
						.resetpass()
						.addPassword(password)
						.allKeys()
						.allChannels()
						.allCommands());
	}

	private static RedisConnections connections(RedisCredentialsProvider credentials) {
		return new RedisConnections(redis.endpoint(), RedisConnectionOptions.DEFAULTS,
				new LettuceSettings(null, UnaryOperator.identity(), credentials));
	}

	private static void useAll(RedisConnections connections) {
		assertThat(connections.execute((commands) -> commands.set(KEY, KEY))).succeedsWithin(Duration.ofSeconds(10));
		assertThat(connections.openConsumer().sync().aclWhoami()).isEqualTo("worker");
		assertThat(connections.openPubSub()).succeedsWithin(Duration.ofSeconds(10));
	}

	@Test
	void providerIsAskedAtEveryConnect() {
		String[] password = { "old" };
		try (RedisConnections connections = connections(
				RedisCredentialsProvider.from(() -> RedisCredentials.just("worker", password[0])))) {
			useAll(connections);
			rotate("new");
			password[0] = "new";
			redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
			redis.commands().clientKill(KillArgs.Builder.typePubsub());
			await().until(() -> connections.execute((commands) -> commands.set(KEY, KEY))
				.handle((reply, failure) -> failure == null)
				.join());
			useAll(connections);
		}
	}

	@Test
	void newCredentialsReachConnectionsThatLive() {
		StreamedCredentials credentials = new StreamedCredentials();
		credentials.use("old");
		try (RedisConnections connections = connections(credentials)) {
			connections.commands().join();
			StatefulRedisConnection<byte[], byte[]> waiting = connections.openConsumer();
			waiting.sync().clientTracking(TrackingArgs.Builder.enabled().noloop());
			StatefulRedisConnection<byte[], byte[]> blocked = connections.openConsumer();
			blocked.async().brpop(1.0, KEY);
			connections.openPubSub().join().sync().subscribe(KEY);
			await().until(() -> redis.commands().clientList().contains("cmd=brpop"));
			rotate("new");
			int before = authentications();
			credentials.use("new");
			await().until(() -> authentications() == before + 4);
			assertThat(redis.commands().info("commandstats")).containsPattern("cmdstat_auth:.*failed_calls=0");
			assertThat(waiting.sync().aclWhoami()).isEqualTo("worker");
			assertThat(blocked.sync().aclWhoami()).isEqualTo("worker");
		}
	}

	private static int authentications() {
		return redis.commands()
			.info("commandstats")
			.lines()
			.filter((line) -> line.startsWith("cmdstat_auth:calls="))
			.mapToInt((line) -> Integer.parseInt(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
			.findFirst()
			.orElse(0);
	}

	/** As those for tokens that expire. */
	private static final class StreamedCredentials implements RedisCredentialsProvider {

		private final Sinks.Many<RedisCredentials> sink = Sinks.many().replay().latest();

		void use(String password) {
			this.sink.tryEmitNext(RedisCredentials.just("worker", password)).orThrow();
		}

		@Override
		public Mono<RedisCredentials> resolveCredentials() {
			return this.sink.asFlux().next();
		}

		@Override
		public boolean supportsStreaming() {
			return true;
		}

		@Override
		public Flux<RedisCredentials> credentials() {
			return this.sink.asFlux();
		}

	}

}
