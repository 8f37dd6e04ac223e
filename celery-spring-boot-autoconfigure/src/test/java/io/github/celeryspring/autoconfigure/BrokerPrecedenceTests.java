package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.embedded.EmbeddedRedisAutoConfiguration;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.RedisTls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which Redis is the broker, and what is said about it.
 */
@ExtendWith(OutputCaptureExtension.class)
class BrokerPrecedenceTests {

	private static final RedisEndpoint EMBEDDED = new RedisEndpoint.Standalone("127.0.0.1", 50001, 0, null, null, null);

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class, CeleryAutoConfiguration.class));

	private final ApplicationContextRunner all = this.runner.withBean(EmbeddedBroker.class, () -> () -> EMBEDDED)
		.withBean(DataRedisConnectionDetails.class, () -> dataRedis("dataredis", 2))
		.withBean("details", CeleryConnectionDetails.class, () -> details("details"))
		.withPropertyValues("celery.broker-url=redis://:s3cret@configured:7000/3");

	@Test
	void connectionDetailsStandInForAllProperties(CapturedOutput output) {
		this.all.run((context) -> assertThat(broker(context)).isEqualTo("redis://details:6379/0"));
		assertThat(output).contains(
				"Celery broker is redis://details:6379/0 (from the CeleryConnectionDetails bean instead of celery.broker-url);"
						+ " results are in the same Redis")
			.doesNotContain("s3cret");
	}

	@Test
	void brokerUrlIsBeforeTheApplicationsRedis(CapturedOutput output) {
		this.runner.withBean(EmbeddedBroker.class, () -> () -> EMBEDDED)
			.withBean(DataRedisConnectionDetails.class, () -> dataRedis("dataredis", 2))
			.withPropertyValues("celery.broker-url=redis://user:s3cret@configured:7000/3")
			.run((context) -> assertThat(broker(context)).isEqualTo("redis://configured:7000/3"));
		assertThat(output).contains("Celery broker is redis://configured:7000/3 (from celery.broker-url)")
			.doesNotContain("s3cret");
	}

	@Test
	void connectionDetailsOfDataRedisAreBeforeTheEmbeddedRedis(CapturedOutput output) {
		this.runner.withBean(EmbeddedBroker.class, () -> () -> EMBEDDED)
			.withBean(DataRedisConnectionDetails.class, () -> dataRedis("dataredis", 2))
			.run((context) -> assertThat(broker(context)).isEqualTo("redis://dataredis:6379/2"));
		assertThat(output).contains("Celery broker is redis://dataredis:6379/2 (the application's Spring Data Redis"
				+ " connection, as celery.broker-url is not set)");
	}

	@ParameterizedTest
	@CsvSource({ "spring.data.redis.host=other, redis://other:6379/0",
			"spring.data.redis.port=6400, redis://localhost:6400/0",
			"spring.data.redis.url=redis://u:p@other:6401/4, redis://other:6401/4",
			"spring.data.redis.database=5, redis://localhost:6379/5",
			"spring.data.redis.password=s3cret, redis://localhost:6379/0" })
	void propertiesOfDataRedisAreBeforeTheEmbeddedRedis(String property, String broker) {
		this.runner.withBean(EmbeddedBroker.class, () -> () -> EMBEDDED)
			.withPropertyValues(property)
			.run((context) -> assertThat(broker(context)).isEqualTo(broker));
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.data.redis.timeout=5s", "spring.data.redis.client-name=x",
			"spring.data.redis.repositories.enabled=false", "spring.data.redis.lettuce.shutdown-timeout=1s" })
	void whatBootAssumesIsNotConfigured(String property) {
		this.runner.withBean(EmbeddedBroker.class, () -> () -> EMBEDDED)
			.withPropertyValues(property)
			.run((context) -> assertThat(broker(context)).isEqualTo("redis://127.0.0.1:50001/0"));
	}

	@Test
	void embeddedRedisIsBeforeTheDefaultAndToldToPythonUsers(CapturedOutput output) {
		this.runner.withBean(EmbeddedBroker.class, () -> () -> EMBEDDED)
			.run((context) -> assertThat(broker(context)).isEqualTo("redis://127.0.0.1:50001/0"));
		assertThat(output).contains("Celery broker is redis://127.0.0.1:50001/0 (the embedded redis-server, as no Redis"
				+ " is configured; for Python: broker_url = 'redis://127.0.0.1:50001/0')");
	}

	@Test
	void embeddedRedisIsNotStartedWhenAnythingIsConfigured() {
		this.runner.withBean(EmbeddedBroker.class, () -> () -> {
			throw new IllegalStateException("started");
		}).withPropertyValues("spring.data.redis.host=other").run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void defaultIsCelerysOwn(CapturedOutput output) {
		this.runner.run((context) -> assertThat(broker(context)).isEqualTo("redis://localhost:6379/0"));
		assertThat(output).contains(
				"Celery broker is redis://localhost:6379/0 (the default, as no Redis is configured); results are in the same Redis");
	}

	@Test
	void worksWithoutSpringDataRedis() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CeleryAutoConfiguration.class))
			.withPropertyValues("spring.data.redis.host=other")
			.run((context) -> assertThat(broker(context)).isEqualTo("redis://localhost:6379/0"));
	}

	@Test
	void embeddedRedisNeedsItsJar() {
		this.runner.withConfiguration(AutoConfigurations.of(EmbeddedRedisAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader((name) -> name.startsWith("redis-server-")))
			.run((context) -> assertThat(context).doesNotHaveBean(EmbeddedBroker.class));
	}

	@Test
	void embeddedRedisCanBeSwitchedOff() {
		this.runner.withConfiguration(AutoConfigurations.of(EmbeddedRedisAutoConfiguration.class))
			.withPropertyValues("celery.embedded-redis.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(EmbeddedBroker.class));
	}

	@Test
	void resultsMayBeInAnotherRedis(CapturedOutput output) {
		this.runner
			.withPropertyValues("celery.broker-url=redis://a/0", "celery.result-backend=rediss://:s3cret@b:6380/1")
			.run((context) -> {
				CeleryRedis redis = context.getBean(CeleryRedis.class);
				assertThat(redis.broker().endpoint()).hasToString("redis://a:6379/0");
				assertThat(redis.results().endpoint()).hasToString("rediss://b:6380/1");
			});
		assertThat(output).contains("; results are in rediss://b:6380/1").doesNotContain("s3cret");
	}

	@Test
	void resultsInTheSameRedisShareItsConnections() {
		this.runner.withPropertyValues("celery.broker-url=redis://a/0", "celery.result-backend=redis://a:6379/0")
			.run((context) -> assertThat(context.getBean(CeleryRedis.class).results())
				.isSameAs(context.getBean(CeleryRedis.class).broker()));
	}

	@Test
	void connectionDetailsSayWhereTheResultsAre() {
		this.runner.withPropertyValues("celery.result-backend=redis://ignored/1")
			.withBean(CeleryConnectionDetails.class, () -> new CeleryConnectionDetails() {

				@Override
				public RedisEndpoint getBroker() {
					return new RedisEndpoint.Standalone("a", 1, 0, null, null, null);
				}

				@Override
				public RedisEndpoint getResultBackend() {
					return new RedisEndpoint.Standalone("b", 2, 0, null, null, null);
				}

			})
			.run((context) -> assertThat(context.getBean(CeleryRedis.class).results().endpoint())
				.hasToString("redis://b:2/0"));
	}

	@Test
	void loginAndTlsOfTheApplicationsRedisAreTakenOver() {
		this.runner
			.withPropertyValues("spring.data.redis.host=secure", "spring.data.redis.username=user",
					"spring.data.redis.password=s3cret", "spring.data.redis.ssl.enabled=true")
			.run((context) -> {
				RedisEndpoint.Standalone broker = (RedisEndpoint.Standalone) context
					.getBean(CeleryConnectionDetails.class)
					.getBroker();
				assertThat(broker.username()).isEqualTo("user");
				assertThat(broker.password()).isEqualTo("s3cret");
				assertThat(broker.tls()).isNotNull();
				assertThat(broker.tls()).extracting(RedisTls::verifyCertificate, RedisTls::verifyHostname)
					.containsExactly(true, true);
				assertThat(broker).hasToString("rediss://secure:6379/0");
			});
	}

	private static String broker(org.springframework.context.ApplicationContext context) {
		return context.getBean(CeleryRedis.class).broker().endpoint().toString();
	}

	private static CeleryConnectionDetails details(String host) {
		return () -> new RedisEndpoint.Standalone(host, 6379, 0, null, null, null);
	}

	private static DataRedisConnectionDetails dataRedis(String host, int database) {
		return new DataRedisConnectionDetails() {

			@Override
			public Standalone getStandalone() {
				return Standalone.of(host, 6379, database);
			}

		};
	}

}
