package io.github.celeryspring.redis;

import java.util.function.Function;

import io.github.celeryspring.testsupport.NativeTransportLoader;
import io.github.celeryspring.testsupport.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Unix sockets with netty's native transport, and without: the tests at large run with it
 * switched off, as Lettuce does once and for all, so here it is on in a class loader of
 * its own.
 */
@Timeout(60)
class UnixSocketIntegrationTests {

	private static RedisProcess redis;

	@BeforeAll
	static void start() {
		redis = RedisProcess.startWithSocket("requirepass pw");
	}

	@AfterAll
	static void stop() {
		redis.close();
	}

	@Test
	@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "The dependency is for this one")
	void connectsThroughTheSocket() {
		String clients = NativeTransportLoader.apply(Scenario.class,
				"redis+socket://:pw@" + redis.socket() + "?virtual_host=5");
		assertThat(clients.lines()).hasSize(3).allMatch((line) -> line.contains("addr=" + redis.socket() + ":0"));
		assertThat(clients.lines().filter((line) -> line.contains(" db=5 "))).hasSize(3);
	}

	@ParameterizedTest
	@CsvSource({ "redis+socket:///tmp/r.sock", "socket:///tmp/r.sock;socket:///tmp/s.sock" })
	void saysWhatIsMissing(String url) {
		RedisEndpoint endpoint = CeleryRedisUrl.parse(url);
		assertThatExceptionOfType(NativeTransportMissingException.class)
			.isThrownBy(() -> new RedisConnections(endpoint, RedisConnectionOptions.DEFAULTS))
			.withMessageContaining("/tmp/r.sock")
			.satisfies((missing) -> assertThat(missing).hasMessageContaining(missing.getRemedy()));
	}

	@ParameterizedTest
	@CsvSource({ "Linux, amd64, netty-transport-native-epoll, linux-x86_64",
			"Linux, aarch64, netty-transport-native-epoll, linux-aarch_64",
			"Mac OS X, aarch64, netty-transport-native-kqueue, osx-aarch_64",
			"Mac OS X, x86_64, netty-transport-native-kqueue, osx-x86_64",
			"Windows 11, amd64, redis://127.0.0.1, Linux and macOS only" })
	void namesTheArtifactForThisMachine(String os, String arch, String artifact, String classifier) {
		assertThat(NativeTransport.remedy(os, arch)).contains(artifact, classifier);
	}

	/** Runs in the isolated class loader: each kind of connection does its work. */
	public static class Scenario implements Function<String, String> {

		@Override
		public String apply(String url) {
			byte[] name = { 'n' };
			try (RedisConnections connections = new RedisConnections(CeleryRedisUrl.parse(url),
					RedisConnectionOptions.DEFAULTS)) {
				connections.openPubSub().join().async().subscribe(name).toCompletableFuture().join();
				connections.openConsumer().async().set(name, name).toCompletableFuture().join();
				connections.execute((redis) -> redis.get(name)).join();
				return connections.execute((redis) -> redis.clientList()).join();
			}
		}

	}

}
