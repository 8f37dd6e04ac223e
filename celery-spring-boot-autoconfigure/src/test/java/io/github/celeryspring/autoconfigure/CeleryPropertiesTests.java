package io.github.celeryspring.autoconfigure;

import java.time.Duration;

import io.github.celeryspring.autoconfigure.CeleryTaskProperties.PublishRetryPolicyProperties;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.result.redis.RedisResultOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

class CeleryPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(BindingConfiguration.class);

	@Test
	void defaultsAreCelerysButForLateAcknowledgement() {
		this.runner.run((context) -> {
			assertThat(context.getBean(CeleryProperties.class).brokerUrl()).isNull();
			assertThat(context.getBean(CeleryProperties.class).resultBackend()).isNull();
			assertThat(context.getBean(CeleryProperties.class).resultExpires()).isEqualTo(Duration.ofDays(1));
			assertThat(context.getBean(CeleryProperties.class).jsonTaggedTypes()).isTrue();
			assertThat(context.getBean(CeleryTaskProperties.class)).isEqualTo(new CeleryTaskProperties("celery", true,
					true, null, null, false, false, false, null, null, null, false, true,
					new PublishRetryPolicyProperties(3, Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(1))));
			assertThat(context.getBean(CeleryWorkerProperties.class)).isEqualTo(new CeleryWorkerProperties(null, null,
					null, java.util.List.of(), null, Duration.ofSeconds(25), 5, false, false));
		});
	}

	@Test
	void defaultsOfTheTransportAreKombus() {
		this.runner.run((context) -> {
			BrokerUnackedProperties options = context.getBean(BrokerUnackedProperties.class);
			BrokerQueueProperties queues = context.getBean(BrokerQueueProperties.class);
			assertThat(options.visibilityTimeout()).isEqualTo(Duration.ofHours(1));
			assertThat(options.unackedKey()).isEqualTo("unacked");
			assertThat(options.unackedIndexKey()).isEqualTo("unacked_index");
			assertThat(options.unackedMutexKey()).isEqualTo("unacked_mutex");
			assertThat(options.unackedMutexExpire()).isEqualTo(Duration.ofSeconds(300));
			assertThat(options.unackedRestoreLimit()).isNull();
			assertThat(options.unackedRestoreInterval()).isEqualTo(Duration.ofSeconds(10));
			assertThat(queues.prioritySteps()).containsExactly(0, 3, 6, 9);
			assertThat(queues.globalKeyprefix()).isEmpty();
			RedisConnectionOptions connections = ConnectionOptions
				.broker(context.getBean(BrokerConnectionProperties.class));
			assertThat(TransportOptions.of(queues, options, context.getBean(DeadLetterProperties.class)))
				.isEqualTo(RedisTransportOptions.DEFAULTS);
			assertThat(connections).isEqualTo(RedisConnectionOptions.DEFAULTS);
			assertThat(ConnectionOptions.results(context.getBean(ResultRedisProperties.class), connections))
				.isEqualTo(connections);
			assertThat(ResultOptions.of(Duration.ofDays(1), context.getBean(ResultBackendProperties.class)))
				.isEqualTo(RedisResultOptions.DEFAULTS);
		});
	}

	@ParameterizedTest
	@CsvSource({ "visibility_timeout", "visibility-timeout", "visibilityTimeout" })
	void transportOptionsAreAcceptedInSnakeKebabAndCamelCase(String key) {
		this.runner.withPropertyValues("celery.broker-transport-options." + key + "=7200")
			.run((context) -> assertThat(context.getBean(BrokerUnackedProperties.class).visibilityTimeout())
				.isEqualTo(Duration.ofHours(2)));
	}

	@ParameterizedTest
	@CsvSource({ "90, PT1M30S", "0.25, PT0.25S", "200ms, PT0.2S", "2h, PT2H", "PT5M, PT5M" })
	void plainNumbersAreSecondsAndMayHaveAFraction(String text, Duration duration) {
		this.runner
			.withPropertyValues("celery.broker-transport-options.socket_timeout=" + text,
					"celery.result-expires=" + text, "celery.task-publish-retry-policy.interval_step=" + text,
					"celery.worker-shutdown-timeout=" + text)
			.run((context) -> {
				CeleryProperties properties = context.getBean(CeleryProperties.class);
				assertThat(context.getBean(BrokerConnectionProperties.class).socketTimeout()).isEqualTo(duration);
				assertThat(properties.resultExpires()).isEqualTo(duration);
				assertThat(context.getBean(CeleryTaskProperties.class).taskPublishRetryPolicy().intervalStep())
					.isEqualTo(duration);
				assertThat(context.getBean(CeleryWorkerProperties.class).workerShutdownTimeout()).isEqualTo(duration);
			});
	}

	@Test
	void bindsYamlAsInTheManualOfCelery() {
		String yaml = """
				celery:
				  broker_url: redis://h:1/2
				  broker_transport_options:
				    visibility_timeout: 43200
				    priority_steps: [0, 5]
				    socket_timeout: 1.5
				    global_keyprefix: "app:"
				  result_backend_transport_options:
				    global_keyprefix: res
				  result_expires: 0
				  task_default_queue: default
				  task_acks_late: false
				  task_publish_retry_policy:
				    max_retries: 7
				    interval_max: 0.5
				  worker_concurrency: 4
				  worker_prefetch_multiplier: 1
				  worker_queues: a,b
				""";
		this.runner.withInitializer((context) -> load(context, yaml)).run((context) -> {
			CeleryProperties properties = context.getBean(CeleryProperties.class);
			assertThat(properties.brokerUrl()).isEqualTo("redis://h:1/2");
			assertThat(context.getBean(BrokerUnackedProperties.class).visibilityTimeout())
				.isEqualTo(Duration.ofHours(12));
			assertThat(context.getBean(BrokerQueueProperties.class).prioritySteps()).containsExactly(0, 5);
			assertThat(context.getBean(BrokerConnectionProperties.class).socketTimeout())
				.isEqualTo(Duration.ofMillis(1500));
			assertThat(context.getBean(BrokerQueueProperties.class).globalKeyprefix()).isEqualTo("app:");
			assertThat(context.getBean(ResultBackendProperties.class).globalKeyprefix()).isEqualTo("res");
			assertThat(properties.resultExpires()).isZero();
			CeleryTaskProperties tasks = context.getBean(CeleryTaskProperties.class);
			assertThat(tasks.taskDefaultQueue()).isEqualTo("default");
			assertThat(tasks.taskAcksLate()).isFalse();
			assertThat(tasks.taskPublishRetryPolicy().maxRetries()).isEqualTo(7);
			assertThat(tasks.taskPublishRetryPolicy().intervalMax()).isEqualTo(Duration.ofMillis(500));
			CeleryWorkerProperties worker = context.getBean(CeleryWorkerProperties.class);
			assertThat(worker.workerConcurrency()).isEqualTo(4);
			assertThat(worker.workerPrefetchMultiplier()).isEqualTo(1);
			assertThat(worker.workerQueues()).containsExactly("a", "b");
		});
	}

	@Test
	void bindsEnvironmentVariables() {
		this.runner.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("systemEnvironment",
					java.util.Map.of("CELERY_BROKER_URL", "redis://env:1/0",
							"CELERY_BROKER_TRANSPORT_OPTIONS_VISIBILITY_TIMEOUT", "60", "CELERY_WORKER_CONCURRENCY",
							"3"))))
			.run((context) -> {
				CeleryProperties properties = context.getBean(CeleryProperties.class);
				assertThat(properties.brokerUrl()).isEqualTo("redis://env:1/0");
				assertThat(context.getBean(BrokerUnackedProperties.class).visibilityTimeout())
					.isEqualTo(Duration.ofMinutes(1));
				assertThat(context.getBean(CeleryWorkerProperties.class).workerConcurrency()).isEqualTo(3);
			});
	}

	@Test
	void durationsOfTheApplicationAreConvertedAsEver() {
		this.runner.withUserConfiguration(ApplicationConfiguration.class)
			.withPropertyValues("app.pause=5", "app.step=5s")
			.run((context) -> assertThat(context.getBean(ApplicationProperties.class))
				.isEqualTo(new ApplicationProperties(Duration.ofMillis(5), Duration.ofSeconds(5))));
	}

	@Test
	void bindsTlsAsInTheManualOfCelery() {
		String yaml = """
				celery:
				  broker_use_ssl:
				    ssl_ca_certs: /ca.pem
				    ssl_certfile: /client.pem
				    ssl_keyfile: /client.key
				    ssl_cert_reqs: CERT_REQUIRED
				  redis_backend_use_ssl: true
				  broker_transport_options:
				    master_name: mymaster
				    min_other_sentinels: 2
				    sentinel_kwargs:
				      password: s3cret
				      ssl: true
				      ssl_check_hostname: false
				""";
		this.runner.withInitializer((context) -> load(context, yaml)).run((context) -> {
			CeleryProperties properties = context.getBean(CeleryProperties.class);
			assertThat(properties.brokerUseSsl())
				.isEqualTo(new UseSsl(true, "CERT_REQUIRED", "/ca.pem", "/client.pem", "/client.key", null));
			assertThat(properties.redisBackendUseSsl()).isEqualTo(UseSsl.of(true));
			BrokerConnectionProperties connections = context.getBean(BrokerConnectionProperties.class);
			assertThat(connections.masterName()).isEqualTo("mymaster");
			assertThat(connections.minOtherSentinels()).isEqualTo(2);
			assertThat(connections.sentinelKwargs().password()).isEqualTo("s3cret");
			assertThat(connections.sentinelKwargs().useSsl())
				.isEqualTo(new UseSsl(true, null, null, null, null, false));
		});
	}

	@ParameterizedTest
	@CsvSource({ "'', false", "ssl=true, true", "ssl=false, false", "ssl_ca_certs=/ca.pem, true" })
	void sentinelsAreSpokenToWithTlsIfThereIsAnOptionOfIt(String option, boolean enabled) {
		this.runner.withPropertyValues("celery.broker-transport-options.sentinel_kwargs." + option)
			.run((context) -> assertThat(
					context.getBean(BrokerConnectionProperties.class).sentinelKwargs().useSsl().enabled())
				.isEqualTo(enabled));
	}

	@Test
	void showsNoPasswordWhenPrinted() {
		this.runner
			.withPropertyValues("celery.broker-url=redis://:s3cret@h/0", "celery.result-backend=redis://:s3cret@h/1",
					"celery.redis-password=s3cret", "celery.broker-transport-options.sentinel-kwargs.password=s3cret",
					"celery.result-backend-transport-options.sentinel-kwargs.password=s3cret")
			.run((context) -> assertThat(java.util.List.of(context.getBean(CeleryProperties.class),
					context.getBean(BrokerConnectionProperties.class), context.getBean(ResultBackendProperties.class),
					context.getBean(ResultRedisProperties.class)))
				.allSatisfy((properties) -> assertThat(properties.toString()).doesNotContain("s3cret")));
	}

	private static void load(org.springframework.context.ConfigurableApplicationContext context, String yaml) {
		try {
			new YamlPropertySourceLoader().load("test", new ByteArrayResource(yaml.getBytes()))
				.forEach(context.getEnvironment().getPropertySources()::addFirst);
		}
		catch (java.io.IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties({ CeleryProperties.class, CeleryTaskProperties.class, CeleryWorkerProperties.class,
			BrokerConnectionProperties.class, BrokerQueueProperties.class, BrokerUnackedProperties.class,
			ResultBackendProperties.class, ResultRedisProperties.class, DeadLetterProperties.class })
	static class BindingConfiguration {

		@Bean
		@ConfigurationPropertiesBinding
		static SecondsConverter secondsConverter() {
			return new SecondsConverter();
		}

		@Bean
		@ConfigurationPropertiesBinding
		static UseSslConverter useSslConverter() {
			return new UseSslConverter();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(ApplicationProperties.class)
	static class ApplicationConfiguration {

	}

	@org.springframework.boot.context.properties.ConfigurationProperties("app")
	record ApplicationProperties(Duration pause, Duration step) {

	}

}
