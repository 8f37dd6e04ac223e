package io.github.celeryspring.redis;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.github.celeryspring.testsupport.RedisProcess;
import io.github.celeryspring.testsupport.TestCertificates;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A Sentinel and a primary that speak nothing but TLS; the Sentinel knows one ACL user.
 */
@Timeout(60)
class SentinelTlsIntegrationTests {

	@TempDir
	static Path directory;

	private static TestCertificates certificates;

	private static RedisProcess primary;

	private static RedisProcess sentinel;

	@BeforeAll
	static void start() {
		certificates = TestCertificates.create(directory);
		primary = RedisProcess.startWithTls(certificates, false);
		sentinel = RedisProcess.startSentinelWithTls(certificates,
				"sentinel monitor mymaster 127.0.0.1 " + primary.port() + " 1", "user default off",
				"user asker on >s3cr3t allchannels +@all");
	}

	@AfterAll
	static void stop() {
		sentinel.close();
		primary.close();
	}

	private static RedisTls trusted() {
		return RedisTls.of(Map.of("ssl_ca_certs", certificates.authority().toString()));
	}

	private static RedisConnections connections(String username, @Nullable RedisTls sentinelTls) {
		SentinelOptions options = new SentinelOptions("mymaster", 0, username, "s3cr3t", sentinelTls);
		return new RedisConnections(new RedisEndpoint.Sentinel(List.of(new HostAndPort("127.0.0.1", sentinel.port())),
				options, 0, null, null, trusted()), RedisConnectionOptions.DEFAULTS);
	}

	@Test
	void userAndTlsOfTheSentinelLeadToAPrimaryWithTls() throws Exception {
		try (RedisConnections connections = connections("asker", trusted())) {
			assertThat(connections.execute((commands) -> commands.configGet("tls-port"))
				.get(10, TimeUnit.SECONDS)
				.get("tls-port")).isEqualTo(String.valueOf(primary.port()));
		}
	}

	@Test
	void sentinelWithACertificateOfOthersIsRefused() {
		refused("asker", RedisTls.VERIFIED, "certif");
	}

	@Test
	void userThatTheSentinelDoesNotKnowIsRefused() {
		refused("nobody", trusted(), "WRONGPASS");
	}

	@Test
	void plainTextIsRefused() {
		refused("asker", null, "Sentinel 127.0.0.1:" + sentinel.port());
	}

	private static void refused(String username, @Nullable RedisTls tls, String reason) {
		try (RedisConnections connections = connections(username, tls)) {
			assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(connections::openConsumer)
				.withMessageContaining(reason)
				.withMessageNotContaining("s3cr3t");
		}
	}

}
