package io.github.celeryspring.autoconfigure;

import java.nio.file.Path;

import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.github.celeryspring.redis.RedisTls;
import io.github.celeryspring.redis.SentinelOptions;
import io.github.celeryspring.testsupport.TestCertificates;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which endpoints the properties come to, TLS included. Nothing is connected to.
 */
@ExtendWith(OutputCaptureExtension.class)
class CeleryUrlsTests {

	private static final String BUNDLE = "spring.ssl.bundle.pem.celery.truststore.certificate=";

	private static TestCertificates certificates;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
		.withUserConfiguration(CeleryRedisConfiguration.class);

	@BeforeAll
	static void makeCertificates(@TempDir Path directory) {
		certificates = TestCertificates.create(directory);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			redis://:s3cret@h:7000/3 | redis://h:7000/3
			rediss://h/1 | rediss://h:6379/1
			redis+socket://:s3cret@/run/redis.sock?virtual_host=2 | redis+socket:///run/redis.sock?virtual_host=2
			socket:///run/redis.sock | redis+socket:///run/redis.sock?virtual_host=0
			redis://a/2;redis://b:1/2 | redis://a:6379/2;redis://b:1/2
			sentinel://:s3cret@a/4;sentinel://b:1 | sentinel://a:26379/4;sentinel://b:1/4 (master_name m)
			""")
	void brokerAndResultsTakeAllKindsOfUrls(String url, String shown) {
		this.runner
			.withPropertyValues("celery.broker-url=redis://elsewhere", "celery.result-backend=" + url,
					"celery.result-backend-transport-options.master_name=m")
			.run((context) -> assertThat(results(context)).hasToString(shown));
		this.runner.withPropertyValues("celery.broker-url=" + url, "celery.broker-transport-options.master_name=m")
			.run((context) -> assertThat(broker(context)).hasToString(shown));
	}

	@Test
	void sentinelsGetTheirOwnLogin() {
		this.runner
			.withPropertyValues("celery.broker-url=sentinel://u:p@a:1/4;sentinel://b:2/4",
					"celery.broker-transport-options.master_name=m",
					"celery.broker-transport-options.min_other_sentinels=1",
					"celery.broker-transport-options.sentinel_kwargs.username=su",
					"celery.broker-transport-options.sentinel_kwargs.password=sp",
					"celery.broker-transport-options.sentinel_kwargs.ssl=true")
			.run((context) -> {
				RedisEndpoint.Sentinel broker = (RedisEndpoint.Sentinel) broker(context);
				assertThat(broker.sentinels()).containsExactly(new HostAndPort("a", 1), new HostAndPort("b", 2));
				assertThat(broker.options()).isEqualTo(new SentinelOptions("m", 1, "su", "sp", RedisTls.VERIFIED));
				assertThat(broker.username()).isEqualTo("u");
				assertThat(broker.password()).isEqualTo("p");
				assertThat(broker.tls()).isNull();
			});
	}

	@Test
	void resultBackendRedisIsInTheRedisSettings() {
		this.runner
			.withPropertyValues("celery.result-backend=redis", "celery.redis_host=h", "celery.redis_port=7000",
					"celery.redis_db=2", "celery.redis_username=u", "celery.redis_password=p")
			.run((context) -> assertThat(results(context))
				.isEqualTo(new RedisEndpoint.Standalone("h", 7000, 2, "u", "p", null)));
	}

	@Test
	void loginOfTheRedisSettingsIsForUrlsWithoutOne() {
		this.runner.withPropertyValues("celery.result-backend=redis://h/1", "celery.redis_password=p")
			.run((context) -> assertThat(results(context))
				.isEqualTo(new RedisEndpoint.Standalone("h", 6379, 1, null, "p", null)));
		this.runner.withPropertyValues("celery.result-backend=redis://:own@h/1", "celery.redis_password=p")
			.run((context) -> assertThat(results(context))
				.isEqualTo(new RedisEndpoint.Standalone("h", 6379, 1, null, "own", null)));
		this.runner
			.withPropertyValues("celery.result-backend=sentinel://s/1", "celery.redis_password=p",
					"celery.result-backend-transport-options.master_name=m")
			.run((context) -> assertThat(((RedisEndpoint.Sentinel) results(context)).password()).isEqualTo("p"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			celery.redis-host=h | celery.redis-host has no effect: celery.result-backend is not 'redis'
			celery.redis_password=s3cret | celery.redis-password has no effect: the results have no Redis of their own
			celery.redis_backend_use_ssl=true | celery.redis-backend-use-ssl has no effect: the results have no Redis
			celery.redis-backend-use-ssl.ssl_ca_certs=/f | celery.redis-backend-use-ssl has no effect: the results
			celery.broker-transport-options.master_name=m | master-name has no effect: celery.broker-url is not a sent
			celery.result-backend-transport-options.master_name=m | master-name has no effect: celery.result-backend i
			""")
	void settingsForOtherUrlsAreWarnedAbout(String property, String warning, CapturedOutput output) {
		this.runner.withPropertyValues("celery.broker-url=redis://h", property)
			.run((context) -> assertThat(results(context)).isNull());
		assertThat(output).contains("WARN").contains(warning).doesNotContain("s3cret");
	}

	@Test
	void fittingSettingsAreNotWarnedAbout(CapturedOutput output) {
		this.runner
			.withPropertyValues("celery.broker-url=sentinel://h", "celery.broker-transport-options.master_name=m",
					"celery.result-backend=redis", "celery.redis-host=h", "celery.redis-password=p",
					"celery.redis-backend-use-ssl=true")
			.run((context) -> assertThat(results(context)).hasToString("rediss://h:6379/0"));
		assertThat(output).doesNotContain("has no effect");
	}

	@ParameterizedTest
	@ValueSource(strings = { "redis://h/1", "rediss://h/1", "rediss://h/1?ssl_cert_reqs=required" })
	void useSslVerifiesUnlessToldOtherwise(String url) {
		this.runner.withPropertyValues("celery.broker-url=" + url, "celery.broker_use_ssl=true")
			.run((context) -> assertThat(tls(broker(context))).isEqualTo(RedisTls.VERIFIED));
		this.runner.withPropertyValues("celery.broker-url=" + url, "celery.broker_use_ssl.ssl_cert_reqs=none")
			.run((context) -> assertThat(tls(broker(context))).isEqualTo(new RedisTls(false, false, null)));
	}

	@Test
	void useSslTakesFiles() {
		this.runner
			.withPropertyValues("celery.broker-url=redis://h/1",
					"celery.broker_use_ssl.ssl_ca_certs=" + certificates.authority(),
					"celery.broker_use_ssl.ssl_certfile=" + certificates.clientCertificate(),
					"celery.broker_use_ssl.ssl_keyfile=" + certificates.clientKey(),
					"celery.broker_use_ssl.ssl_check_hostname=false")
			.run((context) -> {
				RedisTls tls = tls(broker(context));
				assertThat(tls.options()).isNotNull();
				assertThat(tls.verifyCertificate()).isTrue();
				assertThat(tls.verifyHostname()).isFalse();
			});
	}

	@Test
	void useSslOfOneIsNotForTheOther() {
		this.runner
			.withPropertyValues("celery.broker-url=redis://a", "celery.result-backend=redis://b",
					"celery.redis_backend_use_ssl=true")
			.run((context) -> {
				assertThat(broker(context)).hasToString("redis://a:6379/0");
				assertThat(results(context)).hasToString("rediss://b:6379/0");
			});
	}

	@Test
	void useSslFalseLeavesTheUrlAsItIs() {
		this.runner
			.withPropertyValues("celery.broker-url=rediss://a", "celery.broker_use_ssl=false",
					"celery.result-backend=redis://b", "celery.redis_backend_use_ssl=false", "celery.ssl.bundle=celery",
					BUNDLE + certificates.authority())
			.run((context) -> {
				assertThat(tls(broker(context))).isEqualTo(RedisTls.VERIFIED);
				assertThat(tls(results(context))).isNull();
			});
	}

	@Test
	void bundleIsForAllThatIsReachedOverTheNetwork() {
		this.runner
			.withPropertyValues("celery.broker-url=redis://a;redis://b", "celery.result-backend=sentinel://s",
					"celery.result-backend-transport-options.master_name=m",
					"celery.result-backend-transport-options.sentinel_kwargs.ssl=true", "celery.ssl.bundle=celery",
					BUNDLE + certificates.authority())
			.run((context) -> {
				assertThat(broker(context)).hasToString("rediss://a:6379/0;rediss://b:6379/0");
				RedisEndpoint.Sentinel results = (RedisEndpoint.Sentinel) results(context);
				assertThat(results.tls()).isNotNull().isEqualTo(results.options().tls());
				assertThat(results.tls().options()).isNotNull();
			});
		this.runner
			.withPropertyValues("celery.broker-url=socket:///run/redis.sock", "celery.result-backend=redis://b",
					"celery.ssl.bundle=celery", BUNDLE + certificates.authority())
			.run((context) -> {
				assertThat(broker(context)).hasToString("redis+socket:///run/redis.sock?virtual_host=0");
				assertThat(results(context)).hasToString("rediss://b:6379/0");
			});
	}

	@Test
	void bundleIsForTheDefaultBrokerButNotForTheEmbedded() {
		ApplicationContextRunner withBundle = this.runner.withPropertyValues("celery.ssl.bundle=celery",
				BUNDLE + certificates.authority());
		withBundle.run((context) -> assertThat(broker(context)).hasToString("rediss://localhost:6379/0"));
		withBundle
			.withBean(EmbeddedBroker.class,
					() -> () -> new RedisEndpoint.Standalone("127.0.0.1", 50001, 0, null, null, null))
			.run((context) -> assertThat(broker(context)).hasToString("redis://127.0.0.1:50001/0"));
	}

	@Test
	void sameUrlForBothIsTheSameRedis() {
		this.runner
			.withPropertyValues("celery.broker-url=rediss://h/0?ssl_ca_certs=" + certificates.authority(),
					"celery.result-backend=rediss://h/0?ssl_ca_certs=" + certificates.authority())
			.run((context) -> assertThat(results(context)).isNull());
	}

	private static RedisEndpoint broker(ApplicationContext context) {
		return context.getBean(CeleryConnectionDetails.class).getBroker();
	}

	private static @Nullable RedisEndpoint results(ApplicationContext context) {
		return context.getBean(CeleryConnectionDetails.class).getResultBackend();
	}

	private static @Nullable RedisTls tls(@Nullable RedisEndpoint endpoint) {
		return ((RedisEndpoint.Standalone) endpoint).tls();
	}

}
