package io.github.celeryspring.testsupport;

import java.nio.file.Path;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The servers of the tests do what they say.
 */
@Timeout(60)
class RedisProcessIntegrationTests {

	@Test
	void killedServerStartsAgainEmptyOnItsPort() {
		try (RedisProcess redis = RedisProcess.start(); RedisClient client = RedisClient.create()) {
			String url = "redis://127.0.0.1:" + redis.port();
			try (StatefulRedisConnection<String, String> connection = client.connect(RedisURI.create(url))) {
				connection.sync().set("k", "v");
			}
			redis.kill();
			assertThat(ProcessHandle.of(redis.pid())).isEmpty();
			assertThatExceptionOfType(RedisConnectionException.class)
				.isThrownBy(() -> client.connect(RedisURI.create(url)));
			redis.startAgain();
			try (StatefulRedisConnection<String, String> connection = client.connect(RedisURI.create(url))) {
				assertThat(connection.sync().exists("k")).isZero();
			}
		}
	}

	@Test
	void speaksTls(@TempDir Path directory) {
		TestCertificates certificates = TestCertificates.create(directory);
		SslOptions ssl = SslOptions.builder()
			.trustManager(certificates.authority().toFile())
			.keyManager(certificates.clientCertificate().toFile(), certificates.clientKey().toFile(), new char[0])
			.build();
		try (RedisProcess redis = RedisProcess.startWithTls(certificates, true);
				RedisClient client = RedisClient.create("rediss://127.0.0.1:" + redis.port())) {
			client.setOptions(ClientOptions.builder().sslOptions(ssl).build());
			assertThat(client.connect().sync().ping()).isEqualTo("PONG");
		}
	}

}
