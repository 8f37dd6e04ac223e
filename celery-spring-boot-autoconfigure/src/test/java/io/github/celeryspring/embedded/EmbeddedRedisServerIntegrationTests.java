package io.github.celeryspring.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddedRedisServerIntegrationTests {

	@Test
	void listensOnLoopbackOnlyAndKeepsNothing() {
		try (EmbeddedRedisServer server = EmbeddedRedisServer.start(0);
				RedisClient client = RedisClient.create(server.url())) {
			RedisCommands<String, String> redis = client.connect().sync();
			assertThat(redis.ping()).isEqualTo("PONG");
			assertThat(redis.configGet("bind")).containsEntry("bind", "127.0.0.1");
			assertThat(redis.configGet("save")).containsEntry("save", "");
		}
	}

	@Test
	void endsWithItsDirectory() {
		Path directory;
		ProcessHandle process;
		try (EmbeddedRedisServer server = EmbeddedRedisServer.start(0);
				RedisClient client = RedisClient.create(server.url())) {
			RedisCommands<String, String> redis = client.connect().sync();
			directory = Path.of(redis.configGet("dir").get("dir"));
			process = processOf(redis);
			assertThat(directory).exists();
		}
		await().atMost(Duration.ofSeconds(5)).until(() -> !process.isAlive() && Files.notExists(directory));
	}

	@Test
	void startsOnTheGivenPort() {
		int port;
		try (EmbeddedRedisServer first = EmbeddedRedisServer.start(0)) {
			port = first.port();
		}
		try (EmbeddedRedisServer second = EmbeddedRedisServer.start(port)) {
			assertThat(second.url()).isEqualTo("redis://127.0.0.1:" + port + "/0");
		}
	}

	@Test
	void tellsWhyItDidNotStart() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			assertThatIllegalStateException().isThrownBy(() -> EmbeddedRedisServer.start(taken.getLocalPort()))
				.withMessageContaining("Failed listening on port");
		}
	}

	private static ProcessHandle processOf(RedisCommands<String, String> redis) {
		String pid = redis.info("server")
			.lines()
			.filter((line) -> line.startsWith("process_id:"))
			.findFirst()
			.orElseThrow()
			.substring("process_id:".length());
		Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(pid.trim()));
		return process.orElseThrow();
	}

}
