package io.github.celeryspring.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user reads when the properties about connections contradict each other or lack
 * something.
 */
class ConnectionFailureTests {

	private static final String MASTER = " is that of Sentinels, but nothing says which master to ask them for.";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, CeleryAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource({ "celery.broker-url, celery.broker-transport-options.master-name",
			"celery.result-backend, celery.result-backend-transport-options.master-name" })
	void sentinelsWithoutTheNameOfTheMaster(String url, String masterName) {
		FailureAnalysis analysis = fail(url + "=sentinel://:s3cret@a:26379/0;sentinel://b:26379/0");
		assertThat(analysis.getDescription()).isEqualTo("'" + url + "'" + MASTER);
		assertThat(analysis.getAction()).isEqualTo(
				"Set '" + masterName + "' to the name that stands behind 'sentinel monitor' in their configuration.");
	}

	@Test
	void negativeNumberOfOtherSentinels() {
		assertThat(fail("celery.broker-url=sentinel://a:26379/0", "celery.broker-transport-options.master_name=m",
				"celery.broker-transport-options.min_other_sentinels=-1")
			.getDescription()).isEqualTo("'celery.broker-transport-options.min-other-sentinels' must not be negative.");
	}

	@ParameterizedTest
	@CsvSource({ "celery.broker-use-ssl", "celery.redis-backend-use-ssl",
			"celery.broker-transport-options.sentinel-kwargs" })
	void fileOfTlsThatIsNotThere(String property) {
		FailureAnalysis analysis = fail("celery.broker-url=sentinel://h/0",
				"celery.broker-transport-options.master_name=m", "celery.result-backend=redis://h/1",
				property + ".ssl_ca_certs=/no/such.pem");
		assertThat(analysis.getDescription())
			.isEqualTo("'" + property + "' cannot be used: the file of ssl_ca_certs cannot be read: /no/such.pem.");
		assertThat(analysis.getAction())
			.isEqualTo("Correct '" + property + "'. Name a PEM file that this process may read.");
	}

	@Test
	void fileOfTlsThatIsNotPem(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("ca.pem"), "s3cret");
		FailureAnalysis analysis = fail("celery.broker-url=redis://h/0", "celery.broker-use-ssl.ssl_ca_certs=" + file);
		assertThat(analysis.getDescription())
			.startsWith("'celery.broker-use-ssl' cannot be used: its TLS files are not usable: ")
			.doesNotContain("s3cret");
		assertThat(analysis.getAction()).startsWith("Correct 'celery.broker-use-ssl'. They must be PEM");
	}

	@Test
	void valueOfTlsThatIsNotKnown() {
		assertThat(fail("celery.broker-url=redis://h/0", "celery.broker-use-ssl.ssl_cert_reqs=maybe").getDescription())
			.isEqualTo("'celery.broker-use-ssl' cannot be used: the value of ssl_cert_reqs is not known.");
	}

	@Test
	void unknownBundle() {
		FailureAnalysis analysis = fail("celery.ssl.bundle=celry", "spring.ssl.bundle.pem.celery.truststore.type=PEM",
				"spring.ssl.bundle.jks.other.truststore.type=PKCS12");
		assertThat(analysis.getDescription())
			.isEqualTo("'celery.ssl.bundle' is 'celry', but there is no SSL bundle of that name.");
		assertThat(analysis.getAction()).startsWith("Define it below 'spring.ssl.bundle', or name one that there is: ")
			.contains("celery")
			.contains("other");
	}

	@Test
	void bundleWithoutAnyBundles() {
		assertThat(fail("celery.ssl.bundle=celery").getAction()).isEqualTo("Define it below 'spring.ssl.bundle'.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					celery.broker-use-ssl.ssl_cert_reqs=none | 'celery.broker-use-ssl' has ssl_* options, and 'celery.ssl.bundle' is set, too. | celery.broker-use-ssl
					celery.broker-url=rediss://h/0?ssl_cert_reqs=none | 'celery.broker-url' has ssl_* options, and 'celery.ssl.bundle' is set, too. | celery.broker-use-ssl
					celery.result-backend=rediss://:s3cret@h/0?ssl_cert_reqs=none | 'celery.result-backend' has ssl_* options, and 'celery.ssl.bundle' is set, too. | celery.redis-backend-use-ssl
					""")
	void bundleBesideOptions(String property, String problem, String alternative) {
		FailureAnalysis analysis = fail("celery.broker-url=redis://h/0", property, "celery.ssl.bundle=celery",
				"spring.ssl.bundle.jks.celery.truststore.type=PKCS12");
		assertThat(analysis.getDescription()).isEqualTo(problem);
		assertThat(analysis.getAction()).isEqualTo(
				"Leave one of them out. With '" + alternative + "=false' the bundle is not for these connections.");
	}

	@Test
	void optionsInTheUrlBesideThoseOfBrokerUseSsl() {
		FailureAnalysis analysis = fail("celery.broker-url=rediss://h/0?ssl_cert_reqs=none",
				"celery.broker-use-ssl.ssl_check_hostname=false");
		assertThat(analysis.getDescription())
			.isEqualTo("'celery.broker-url' has ssl_* options, and 'celery.broker-use-ssl' has some, too.");
		assertThat(analysis.getAction()).isEqualTo("Leave one of them out.");
	}

	@Test
	void tlsOfAUnixSocket() {
		FailureAnalysis analysis = fail("celery.broker-url=redis+socket://:s3cret@/run/redis.sock?virtual_host=2",
				"celery.broker-use-ssl=true");
		assertThat(analysis.getDescription()).isEqualTo("'celery.broker-use-ssl' asks for TLS, but"
				+ " redis+socket:///run/redis.sock?virtual_host=2 is a unix socket, which has none.");
		assertThat(analysis.getAction()).isEqualTo("Remove 'celery.broker-use-ssl'.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					socket_keepalive_options.TCP_USER_TIMEOUT=3 | 'celery.broker-transport-options.socket-keepalive-options' has the key 'TCP_USER_TIMEOUT', which is not known.
					socket_keepalive_options.4=soon | 'celery.broker-transport-options.socket-keepalive-options.4' is not a whole number from 1.
					socket_keepalive_options.TCP_KEEPCNT=0 | 'celery.broker-transport-options.socket-keepalive-options.TCP_KEEPCNT' is not a whole number from 1.
					""")
	void keepaliveOptions(String option, String problem) {
		assertThat(fail("celery.broker-transport-options." + option).getDescription()).isEqualTo(problem);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					broker-transport-options.visibility_timeout=1.5  | broker-transport-options.visibility-timeout' must be whole seconds, at least 1.
					broker-transport-options.priority_steps=3,0      | broker-transport-options.priority-steps' must be ascending numbers that begin with 0.
					broker-transport-options.fanout_prefix=app       | broker-transport-options.fanout-prefix' must begin with / and end with its only dot.
					broker-transport-options.fanout_prefix=/a.b.     | broker-transport-options.fanout-prefix' must begin with / and end with its only dot.
					broker-transport-options.owner_timeout=-1        | broker-transport-options.owner-timeout' must not be negative.
					broker-transport-options.socket_timeout=0        | broker-transport-options.socket-timeout' must be positive.
					broker-transport-options.health_check_interval=-1 | broker-transport-options.health-check-interval' must not be negative.
					broker-transport-options.client_name=my app      | broker-transport-options.client-name' must not be empty or contain white space.
					redis_socket_timeout=0                           | redis-socket-timeout' must be positive.
					redis_backend_health_check_interval=-5           | redis-backend-health-check-interval' must not be negative.
					result_expires=-1                                | result-expires' must not be negative.
					result-backend-transport-options.retry_policy.interval_max=-2 | result-backend-transport-options.retry-policy' must not contain negative values.
					dead-letter.max-length=-1                        | dead-letter.max-length' must not be negative.
					dead-letter.max-age=-1                           | dead-letter.max-age' must not be negative.
					""")
	void valuesThatMakeNoSense(String property, String problem) {
		FailureAnalysis analysis = fail("celery." + property);
		assertThat(analysis.getDescription()).isEqualTo("'celery." + problem);
		assertThat(analysis.getAction()).isEqualTo("Correct the value.");
	}

	/** The tests run with netty's native transport switched off. */
	@Test
	void unixSocketWithoutNativeTransport() {
		this.runner.withPropertyValues("celery.broker-url=redis+socket:///run/redis.sock").run((context) -> {
			FailureAnalysis analysis = new NativeTransportFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).isEqualTo("'celery.broker-url' or 'celery.result-backend' is a unix"
					+ " socket, which needs netty's native transport, but that is not on the class path or does not"
					+ " work on this machine.");
			assertThat(analysis.getAction()).contains("io.netty:netty-transport-native-");
		});
	}

	@Test
	void portOfTheResults() {
		assertThat(fail("celery.result-backend=redis", "celery.redis-port=70000").getDescription())
			.isEqualTo("'celery.redis-port' must be between 1 and 65535.");
	}

	private FailureAnalysis fail(String... properties) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		this.runner.withPropertyValues(properties).run((context) -> {
			assertThat(context).hasFailed();
			analysis[0] = new CeleryConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
		});
		assertThat(analysis[0]).isNotNull();
		assertThat(analysis[0].getDescription()).doesNotContain("s3cret");
		return analysis[0];
	}

}
