package io.github.celeryspring.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class OptionKeysTests {

	private static final String BROKER = "celery.broker-transport-options.";

	@ParameterizedTest
	@ValueSource(strings = { "visibility_timeout", "visibility-timeout", "visibilityTimeout", "priority_steps[0]",
			"socket_keepalive_options.TCP_KEEPIDLE", "sentinel_kwargs.ssl_ca_certs" })
	void knownKeysInAnySpellingAreSilent(String key, CapturedOutput output) {
		check(BROKER + key, "1");
		assertThat(output).isEmpty();
	}

	/**
	 * As of kombu 5.7, whose from_transport_options these are, with those of Sentinel.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "body_encoding", "deadletter_queue", "sep", "ack_emulation", "unacked_key",
			"unacked_index_key", "unacked_mutex_key", "unacked_mutex_expire", "visibility_timeout",
			"unacked_restore_limit", "unacked_restore_interval", "unacked_restore_throttle", "fanout_prefix",
			"fanout_patterns", "global_keyprefix", "socket_timeout", "socket_connect_timeout", "socket_keepalive",
			"socket_keepalive_options", "queue_order_strategy", "max_connections", "health_check_interval",
			"retry_on_timeout", "priority_steps", "client_name", "reauth_check_interval", "polling_interval",
			"master_name", "min_other_sentinels", "sentinel_kwargs", "sentinel_fanout_compat" })
	void everyOptionOfKombuIsHonouredOrHasAReason(String name) {
		List<String> all = new ArrayList<>(CeleryOptionKeys.BROKER.supported());
		CeleryOptionKeys.BROKER.unused().forEach((option) -> all.add(option.name()));
		assertThat(all).containsOnlyOnce(name);
	}

	@ParameterizedTest
	@CsvSource({ "visiblity_timeout, visibility_timeout", "visibilityTimeOut1, visibility_timeout",
			"global-key-prefixx, global_keyprefix", "priority_step, priority_steps",
			"sentinel_kwarg, sentinel_kwargs" })
	void unknownKeyIsWarnedAboutWithTheNearest(String key, String nearest, CapturedOutput output) {
		check(BROKER + key, "1");
		assertThat(output).contains("WARN")
			.contains("celery.broker-transport-options: unknown key '" + key + "' has no effect, did you mean '"
					+ nearest + "'?");
	}

	@Test
	void nothingIsSuggestedForAKeyLikeNoOther(CapturedOutput output) {
		check(BROKER + "xyz", "1");
		assertThat(output).contains("unknown key 'xyz' has no effect").doesNotContain("did you mean");
	}

	static List<String[]> keysWithoutEffectAreToldWithTheReason() {
		List<String[]> ignored = new ArrayList<>();
		for (OptionKeys keys : List.of(CeleryOptionKeys.BROKER, CeleryOptionKeys.RESULTS, CeleryOptionKeys.SETTINGS,
				CeleryOptionKeys.sentinel(CeleryOptionKeys.BROKER),
				CeleryOptionKeys.sentinel(CeleryOptionKeys.RESULTS))) {
			keys.unused()
				.stream()
				.filter((option) -> option.remedy() == null)
				.forEach((option) -> ignored.add(new String[] { keys.propertyOf(option.name()), option.reason() }));
		}
		return ignored;
	}

	@ParameterizedTest
	@MethodSource
	void keysWithoutEffectAreToldWithTheReason(String property, String reason, CapturedOutput output) {
		check(property.replace('-', '_').replace("celery.broker_transport_options", "celery.broker-transport-options"),
				"s3cret");
		assertThat(output.toString().lines()).hasSize(1);
		assertThat(output).contains("WARN").contains(property + " has no effect: " + reason).doesNotContain("s3cret");
	}

	@ParameterizedTest
	@CsvSource({ "celery.broker-transport-options.ack_emulation, true",
			"celery.broker-transport-options.sentinel_fanout_compat, False",
			"celery.result-backend-always-retry, true" })
	void valueThatSaysWhatIsDoneAnywayIsSilent(String property, String value, CapturedOutput output) {
		check(property, value);
		assertThat(output).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					celery.broker-transport-options.ack_emulation     | 'celery.broker-transport-options.ack-emulation' cannot be used: without it a message would be lost with the worker that works on it. | Remove it, or set it to true.
					celery.broker-transport-options.credentialProvider | 'celery.broker-transport-options.credential-provider' cannot be used: it names a class of Python. | Declare a bean of Lettuce's type RedisCredentialsProvider instead.
					celery.redis_backend_credential_provider          | 'celery.redis-backend-credential-provider' cannot be used: it names a class of Python. | Declare a bean of Lettuce's type RedisCredentialsProvider instead.
					celery.broker-transport-options.sentinel_kwargs.credential_provider | 'celery.broker-transport-options.sentinel-kwargs.credential-provider' cannot be used: it names a class of Python. | Declare a bean of Lettuce's type RedisCredentialsProvider instead.
					""")
	void keysThatWouldDoHarmWithoutEffectAreRefused(String property, String problem, String remedy) {
		assertThatExceptionOfType(CeleryConfigurationException.class).isThrownBy(() -> check(property, "false"))
			.withMessage(problem)
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo(remedy));
	}

	@ParameterizedTest
	@CsvSource({ "celery.broker-use-ssl, keyfile", "celery.broker-use-ssl, ssl_min_version",
			"celery.redis-backend-use-ssl, ssl_validate_ocsp",
			"celery.broker-transport-options.sentinel-kwargs, ssl_ca_cert" })
	void unknownTlsOptionsAreRefused(String property, String key) {
		assertThatExceptionOfType(CeleryConfigurationException.class).isThrownBy(() -> check(property + "." + key, "x"))
			.withMessage("'" + property + "' has the key '" + key
					+ "', which is not known, and a connection must not be less safe than it was meant to be.")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("Known are ")
				.contains("ssl_ca_certs, ssl_cert_reqs, ssl_certfile, ssl_check_hostname, ssl_keyfile")
				.endsWith("For what they cannot say there are SSL bundles: celery.ssl.bundle."));
	}

	@Test
	void valueAndOptionsOfTlsAreRefused() {
		MockEnvironment environment = new MockEnvironment().withProperty("celery.broker-use-ssl", "true")
			.withProperty("celery.broker-use-ssl.ssl_ca_certs", "/ca.pem");
		assertThatExceptionOfType(CeleryConfigurationException.class)
			.isThrownBy(() -> CeleryOptionKeys.check(environment))
			.withMessage("'celery.broker-use-ssl' has a value and options below it, of which the options would be"
					+ " ignored.")
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Remove the value: options alone switch TLS on."));
	}

	@Test
	void optionsOfTheResultBackendHaveTheirOwnKeys(CapturedOutput output) {
		check("celery.result-backend-transport-options.global_keyprefix", "x");
		check("celery.result-backend-transport-options.retry_policy.timeout", "5");
		assertThat(output).isEmpty();
		check("celery.result-backend-transport-options.global_prefix", "x");
		assertThat(output).contains("celery.result-backend-transport-options: unknown key 'global_prefix'")
			.contains("did you mean 'global_keyprefix'?");
	}

	private static void check(String name, String value) {
		CeleryOptionKeys.check(new MockEnvironment().withProperty(name, value));
	}

}
