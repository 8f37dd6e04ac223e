package io.github.celeryspring.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.testsupport.NativeTransportLoader;
import io.github.celeryspring.testsupport.RedisProcess;
import io.github.celeryspring.testsupport.SentinelExtension;
import io.github.celeryspring.testsupport.TestCertificates;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Whole applications that send themselves a task over each kind of connection.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ConnectionKindsIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String BUNDLE = "spring.ssl.bundle.pem.celery.";

	private static final ApplicationContextRunner RUNNER = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, CeleryAutoConfiguration.class,
				CeleryWorkerAutoConfiguration.class))
		.withBean(Tasks.class)
		.withPropertyValues("celery.worker-concurrency=1");

	@RegisterExtension
	static final SentinelExtension sentinels = new SentinelExtension("data-s3cret", "sentinel-s3cret");

	private static TestCertificates certificates;

	private static RedisProcess tls;

	private static RedisProcess plain;

	@BeforeAll
	static void startServers(@TempDir Path directory) {
		certificates = TestCertificates.create(directory);
		tls = RedisProcess.startWithTls(certificates, true, "requirepass tls-s3cret");
		plain = RedisProcess.startWithSocket();
	}

	@AfterAll
	static void stopServers() {
		tls.close();
		plain.close();
	}

	@Test
	void tlsByBundleForBrokerAndResults(CapturedOutput output) {
		RUNNER
			.withPropertyValues("celery.broker-url=redis://:tls-s3cret@localhost:" + tls.port(),
					"celery.result-backend=redis://:tls-s3cret@127.0.0.1:" + tls.port() + "/1",
					"celery.ssl.bundle=celery", BUNDLE + "truststore.certificate=" + certificates.authority(),
					BUNDLE + "keystore.certificate=" + certificates.clientCertificate(),
					BUNDLE + "keystore.private-key=" + certificates.clientKey())
			.run(ConnectionKindsIntegrationTests::sendsItselfATask);
		assertThat(output)
			.contains("Celery broker is rediss://localhost:" + tls.port() + "/0 (from celery.broker-url);"
					+ " results are in rediss://127.0.0.1:" + tls.port() + "/1")
			.doesNotContain("s3cret");
	}

	@Test
	void tlsByUseSslForBrokerAndResults() {
		RUNNER.withPropertyValues("celery.broker-url=redis://:tls-s3cret@localhost:" + tls.port(),
				"celery.result-backend=redis", "celery.redis-port=" + tls.port(), "celery.redis-password=tls-s3cret")
			.withPropertyValues(files(CeleryTls.BROKER))
			.withPropertyValues(files(CeleryTls.RESULTS))
			.run(ConnectionKindsIntegrationTests::sendsItselfATask);
	}

	private static String[] files(String property) {
		return new String[] { property + ".ssl_ca_certs=" + certificates.authority(),
				property + ".ssl_certfile=" + certificates.clientCertificate(),
				property + ".ssl_keyfile=" + certificates.clientKey() };
	}

	@Test
	void credentialsOfTheProviderAreForUrlsWithoutALogin() {
		ApplicationContextRunner withTls = RUNNER.withPropertyValues(files(CeleryTls.BROKER))
			.withPropertyValues(files(CeleryTls.RESULTS));
		withTls.withBean(RedisCredentialsProvider.class, () -> provider("tls-s3cret"))
			.withPropertyValues("celery.broker-url=redis://localhost:" + tls.port())
			.run(ConnectionKindsIntegrationTests::sendsItselfATask);
		withTls.withBean(RedisCredentialsProvider.class, () -> provider("of another Redis"))
			.withPropertyValues("celery.broker-url=redis://:tls-s3cret@localhost:" + tls.port())
			.run(ConnectionKindsIntegrationTests::sendsItselfATask);
	}

	private static RedisCredentialsProvider provider(String password) {
		return () -> Mono.just(RedisCredentials.just("default", password));
	}

	@Test
	void reloadedBundleIsUsedByTheNextConnections(@TempDir Path directory) {
		TestCertificates others = TestCertificates.create(directory);
		RUNNER
			.withPropertyValues("celery.broker-url=redis://:tls-s3cret@localhost:" + tls.port(),
					"celery.worker-enabled=false", "celery.ssl.bundle=celery", "celery.task-publish-retry=false",
					BUNDLE + "truststore.certificate=" + others.authority())
			.run((context) -> {
				CeleryOperations celery = context.getBean(CeleryOperations.class);
				assertThatException().isThrownBy(() -> celery.send("kinds.double", 1));
				context.getBean(SslBundleRegistry.class).updateBundle("celery", bundle(certificates));
				await().atMost(SOON).ignoreExceptions().until(() -> celery.send("kinds.double", 1) != null);
			});
	}

	private static SslBundle bundle(TestCertificates certificates) {
		PemSslStoreDetails key = PemSslStoreDetails.forCertificate("file:" + certificates.clientCertificate())
			.withPrivateKey("file:" + certificates.clientKey());
		return SslBundle
			.of(new PemSslStoreBundle(key, PemSslStoreDetails.forCertificate("file:" + certificates.authority())));
	}

	@Test
	@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "The native transport is for this one")
	void unixSocketForBrokerAndResults() {
		assertThat(NativeTransportLoader.apply(SocketApplication.class, plain.socket().toString()))
			.startsWith("redis+socket://" + plain.socket() + "?virtual_host=2")
			.endsWith("42");
	}

	@Test
	void sentinelsForBrokerAndResults(CapturedOutput output) {
		RUNNER
			.withPropertyValues("celery.broker-url=" + sentinels.url(),
					"celery.result-backend=" + sentinels.url().replace("/0", "/1"))
			.withPropertyValues(sentinel("celery.broker-transport-options."))
			.withPropertyValues(sentinel("celery.result-backend-transport-options."))
			.run(ConnectionKindsIntegrationTests::sendsItselfATask);
		assertThat(output).contains("Celery broker is sentinel://127.0.0.1:")
			.contains("/0 (master_name mymaster) (from celery.broker-url); results are in sentinel://127.0.0.1:")
			.contains("/1 (master_name mymaster)")
			.doesNotContain("s3cret");
	}

	private static String[] sentinel(String prefix) {
		return new String[] { prefix + "master_name=" + SentinelExtension.MASTER_NAME, prefix + "min_other_sentinels=2",
				prefix + "sentinel_kwargs.password=sentinel-s3cret" };
	}

	@Test
	void alternatesOfWhichTheFirstIsDown(CapturedOutput output) throws IOException {
		int closed;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			closed = socket.getLocalPort();
		}
		RUNNER
			.withPropertyValues("celery.broker-url=redis://127.0.0.1:" + closed + ";redis://127.0.0.1:" + plain.port())
			.run(ConnectionKindsIntegrationTests::sendsItselfATask);
		assertThat(output).contains("Celery broker is redis://127.0.0.1:" + closed + "/0;redis://127.0.0.1:"
				+ plain.port() + "/0 (from celery.broker-url); results are in the same Redis");
	}

	private static int sendsItselfATask(ApplicationContext context) {
		CeleryOperations celery = context.getBean(CeleryOperations.class);
		int answer = celery.task("kinds.double").args(21).returning(Integer.class).send().get(SOON);
		assertThat(answer).isEqualTo(42);
		return answer;
	}

	/** Runs in a class loader that has the native transport. */
	public static class SocketApplication implements Function<String, String> {

		@Override
		public String apply(String path) {
			StringBuilder seen = new StringBuilder();
			RUNNER
				.withPropertyValues("celery.broker-url=redis+socket://" + path + "?virtual_host=2",
						"celery.result-backend=socket://" + path + "?virtual_host=3")
				.run((context) -> seen.append(context.getBean(CeleryConnectionDetails.class).getBroker())
					.append(' ')
					.append(sendsItselfATask(context)));
			return seen.toString();
		}

	}

	static class Tasks {

		@CeleryTask("kinds.double")
		int twice(int number) {
			return 2 * number;
		}

	}

}
