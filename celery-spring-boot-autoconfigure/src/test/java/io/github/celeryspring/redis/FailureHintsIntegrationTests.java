package io.github.celeryspring.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.testsupport.RedisProcess;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.TestCertificates;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What is said when a Redis does not let us in.
 */
@Timeout(60)
class FailureHintsIntegrationTests {

	private static final RedisSettingNames NAMES = new RedisSettingNames("celery.broker-url", "celery.ssl.bundle");

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@BeforeAll
	static void requirePassword() {
		redis.commands().configSet("requirepass", "s3cret");
	}

	@ParameterizedTest
	@CsvSource({ "redis://127.0.0.1:PORT/0, Write it into celery.broker-url",
			"redis://:s3cre@127.0.0.1:PORT/0, Correct them in celery.broker-url",
			"redis://nobody:s3cre@127.0.0.1:PORT/0, Correct them in celery.broker-url",
			"redis://:s3cret@127.0.0.1:PORT/99, Use a smaller database number in celery.broker-url",
			"rediss://:s3cret@127.0.0.1:PORT/0, whether it must be redis:// or rediss://",
			"redis://127.0.0.1:1/0, Start Redis there",
			"redis://no-such-host.invalid/0, Correct it in celery.broker-url" })
	void refusedConnectionSaysWhatToDo(String url, String expected) {
		assertThat(refusal(url.replace("PORT", "" + redis.port()))).contains(expected);
	}

	@Test
	void serverWithTlsSaysWhatToDo(@TempDir Path directory) {
		TestCertificates certificates = TestCertificates.create(directory, "redis.example");
		try (RedisProcess server = RedisProcess.startWithTls(certificates, true)) {
			String address = "127.0.0.1:" + server.port() + "/0";
			assertThat(refusal("redis://" + address)).contains("write rediss:// instead of redis://");
			assertThat(refusal("rediss://" + address))
				.contains("ssl_ca_certs in celery.broker-url, or celery.ssl.bundle");
			String trusted = "rediss://" + address + "?ssl_ca_certs=" + certificates.authority();
			assertThat(refusal(trusted)).contains("ssl_check_hostname=false");
			assertThat(refusal(trusted + "&ssl_check_hostname=false"))
				.contains("ssl_certfile and ssl_keyfile in celery.broker-url");
		}
	}

	@Test
	void serverThatIsFullSaysWhatToDo() {
		redis.commands().configSet("maxclients", "1");
		try {
			assertThat(refusal("redis://:s3cret@127.0.0.1:" + redis.port() + "/0"))
				.contains("raise maxclients of Redis");
		}
		finally {
			redis.commands().configSet("maxclients", "100");
		}
	}

	@Test
	void somethingElseThatListensThereIsNamed() throws IOException {
		assertThat(refusal("HTTP/1.1 400 Bad Request\r\n\r\n", "redis")).contains("no Redis. Correct host and port");
		assertThat(refusal("HTTP/1.1 400 Bad Request\r\n\r\n", "rediss")).contains("no TLS. Use the TLS port");
		assertThat(refusal("-DENIED Redis is running in protected mode because ...\r\n", "redis"))
			.contains("Set a password in Redis and write it into celery.broker-url");
		assertThat(refusal("-LOADING Redis is loading the dataset in memory\r\n", "redis")).contains("tried again");
	}

	@Test
	void commandWithoutPermissionIsNamed() {
		redis.commands()
			.aclSetuser("poor", AclSetuserArgs.Builder.on().addPassword("pw").allKeys().addCommand(CommandType.GET));
		try (RedisConnections connections = connections("redis://poor:pw@127.0.0.1:" + redis.port() + "/0")) {
			byte[] key = { 'k' };
			StatefulRedisConnection<byte[], byte[]> connection = connections.openConsumer();
			Throwable failure = catchThrowableOfType(RuntimeException.class, () -> connection.sync().set(key, key));
			assertThat(connections.describe(failure)).contains("'set'", "the user of celery.broker-url", "chapter ACL");
		}
	}

	/** Of a server that gives this reply to everything. */
	private static String refusal(String reply, String scheme) throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Thread answering = new Thread(() -> {
				try (Socket client = server.accept(); OutputStream out = client.getOutputStream()) {
					if (client.getInputStream().read(new byte[4096]) > 0) {
						out.write(reply.getBytes(StandardCharsets.US_ASCII));
						client.getInputStream().readAllBytes();
					}
				}
				catch (IOException ex) {
					// the client has seen enough
				}
			});
			answering.start();
			return refusal(scheme + "://127.0.0.1:" + server.getLocalPort() + "/0");
		}
	}

	private static String refusal(String url) {
		try (RedisConnections connections = connections(url)) {
			BrokerUnavailableException failure = catchThrowableOfType(BrokerUnavailableException.class,
					connections::openConsumer);
			assertThat(failure).hasMessageStartingWith("Cannot connect to Redis at ")
				.hasMessageNotContainingAny("s3cre", "\n");
			return failure.getMessage();
		}
	}

	private static RedisConnections connections(String url) {
		return new RedisConnections(CeleryRedisUrl.parse(url),
				new RedisConnectionOptions("test", Duration.ofSeconds(1), Duration.ofSeconds(1)),
				LettuceSettings.DEFAULTS, NAMES);
	}

}
