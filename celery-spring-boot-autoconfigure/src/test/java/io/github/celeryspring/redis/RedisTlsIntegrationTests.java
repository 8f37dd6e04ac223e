package io.github.celeryspring.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.testsupport.RedisProcess;
import io.github.celeryspring.testsupport.TestCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * TLS with an authority of our own. The server wants certificates of clients.
 */
@Timeout(60)
class RedisTlsIntegrationTests {

	private static final byte[] KEY = { 'k' };

	@TempDir
	static Path directory;

	private static TestCertificates certificates;

	private static RedisProcess redis;

	@BeforeAll
	static void start() {
		certificates = TestCertificates.create(directory);
		redis = RedisProcess.startWithTls(certificates, true);
	}

	@AfterAll
	static void stop() {
		redis.close();
	}

	private static String clientCertificate() {
		return "ssl_certfile=" + certificates.clientCertificate() + "&ssl_keyfile=" + certificates.clientKey();
	}

	private static RedisConnections connections(int port, String host, String query) {
		return new RedisConnections(CeleryRedisUrl.parse("rediss://" + host + ":" + port + "?" + query),
				RedisConnectionOptions.DEFAULTS);
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "localhost" })
	void everyConnectionIsVerifiedAndShowsItsCertificate(String host) throws Exception {
		String query = "ssl_ca_certs=" + certificates.authority() + "&" + clientCertificate();
		try (RedisConnections connections = connections(redis.port(), host, query)) {
			assertThat(connections.execute((commands) -> commands.set(KEY, KEY)).get(10, TimeUnit.SECONDS))
				.isEqualTo("OK");
			assertThat(connections.openConsumer().sync().get(KEY)).isEqualTo(KEY);
			assertThat(connections.openPubSub().thenCompose((connection) -> connection.async().subscribe(KEY)))
				.succeedsWithin(Duration.ofSeconds(10));
		}
	}

	@Test
	void authorityThatIsNotKnownIsRefused() {
		refused(connections(redis.port(), "127.0.0.1", clientCertificate()), "unable to find valid certification path");
	}

	@Test
	void authorityOfOthersIsRefused(@TempDir Path other) {
		String query = "ssl_ca_certs=" + TestCertificates.create(other).authority() + "&" + clientCertificate();
		refused(connections(redis.port(), "127.0.0.1", query), "PKIX");
	}

	@Test
	void missingClientCertificateIsRefused() {
		refused(connections(redis.port(), "127.0.0.1", "ssl_ca_certs=" + certificates.authority()), "");
	}

	@Test
	void certificateOfAnotherHostIsRefusedUnlessToldOtherwise(@TempDir Path other) throws Exception {
		TestCertificates elsewhere = TestCertificates.create(other, "elsewhere.example.org");
		try (RedisProcess named = RedisProcess.startWithTls(elsewhere, false)) {
			String query = "ssl_ca_certs=" + elsewhere.authority();
			refused(connections(named.port(), "127.0.0.1", query), "127.0.0.1");
			try (RedisConnections connections = connections(named.port(), "127.0.0.1",
					query + "&ssl_check_hostname=false")) {
				assertThat(connections.execute((commands) -> commands.ping()).get(10, TimeUnit.SECONDS))
					.isEqualTo("PONG");
			}
		}
	}

	@Test
	void nothingIsVerifiedIfNotWanted() throws Exception {
		try (RedisConnections connections = connections(redis.port(), "127.0.0.1",
				"ssl_cert_reqs=none&" + clientCertificate())) {
			assertThat(connections.execute((commands) -> commands.ping()).get(10, TimeUnit.SECONDS)).isEqualTo("PONG");
		}
	}

	private static void refused(RedisConnections connections, String reason) {
		try (connections) {
			assertThat(connections.commands()).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(BrokerUnavailableException.class)
				.withMessageContaining("rediss://127.0.0.1:")
				.withMessageContaining(reason);
		}
	}

}
