package io.github.celeryspring.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.client.CeleryTemplate;
import io.github.celeryspring.client.DeadLetterOperations;
import io.github.celeryspring.client.DeadLetterTemplate;
import io.github.celeryspring.client.TaskRouter;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.kombu.redis.RedisTransport;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.result.DisabledResultBackend;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.redis.RedisResultBackend;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;
import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.ClientResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class CeleryAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CeleryAutoConfiguration.class));

	private final ApplicationContextRunner withBootsOwn = this.runner
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, JacksonAutoConfiguration.class));

	@Test
	void givesOneOfEach() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(CeleryTemplate.class)
			.hasSingleBean(BrokerTransport.class)
			.hasSingleBean(RedisResultBackend.class)
			.hasSingleBean(Serializers.class)
			.hasSingleBean(TaskMessageCodec.class)
			.hasSingleBean(TaskRegistry.class)
			.hasSingleBean(DeadLetterOperations.class)
			.hasSingleBean(CeleryConnectionDetails.class));
	}

	@Test
	void isOffWithoutLettuce() {
		this.runner.withClassLoader(new FilteredClassLoader(RedisClient.class))
			.run((context) -> assertThat(context).doesNotHaveBean(CeleryOperations.class));
	}

	@Test
	void bootsConnectionFactoryAndMapperStayTheOnlyOnes() {
		this.withBootsOwn.withPropertyValues("celery.broker-url=redis://celery:1/0").run((context) -> {
			assertThat(context).hasSingleBean(LettuceConnectionFactory.class).hasSingleBean(JsonMapper.class);
			assertThat(context.getBean(LettuceConnectionFactory.class).getHostName()).isEqualTo("localhost");
			assertThat(context.getBean(Serializers.class).mapper()).isNotSameAs(context.getBean(JsonMapper.class));
		});
	}

	@Test
	void addsNoConnectionFactoryAndNoMapperOfItsOwn() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(RedisConnectionFactory.class)
			.doesNotHaveBean(JsonMapper.class)
			.doesNotHaveBean(ClientResources.class));
	}

	@Test
	void applicationsMapperHasNoSayOnTheWire() {
		this.withBootsOwn
			.withBean(JsonMapper.class,
					() -> JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build())
			.run((context) -> {
				assertThat(context.getBean(JsonMapper.class).writeValueAsString(new Size(1)))
					.isEqualTo("{\"pixel_width\":1}");
				assertThat(context.getBean(Serializers.class).mapper().writeValueAsString(new Size(1)))
					.contains("pixelWidth");
			});
	}

	@Test
	void taggedTypesCanBeSwitchedToPlainText() {
		UUID id = UUID.fromString("0b1c2d3e-4f50-4162-8394-a5b6c7d8e9f0");
		this.runner.run((context) -> assertThat(context.getBean(Serializers.class).mapper().writeValueAsString(id))
			.contains("__type__"));
		this.runner.withPropertyValues("celery.json-tagged-types=false")
			.run((context) -> assertThat(context.getBean(Serializers.class).mapper().writeValueAsString(id))
				.isEqualTo("\"" + id + "\""));
	}

	@ParameterizedTest
	@CsvSource({ "task_publish_retry=false, 1", "task_publish_retry_policy.max_retries=2, 3" })
	void sendingIsTriedAgainAsConfigured(String property, int tries) throws IOException {
		int closed;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			closed = socket.getLocalPort();
		}
		this.runner
			.withPropertyValues("celery.broker-url=redis://127.0.0.1:" + closed + "/0",
					"celery.task_publish_retry_policy.interval_max=0.01", "celery." + property)
			.run((context) -> assertThatExceptionOfType(BrokerUnavailableException.class)
				.isThrownBy(() -> context.getBean(CeleryOperations.class).send("a.task"))
				.withMessageContaining("in " + tries + " tries"));
	}

	@Test
	void customizersOfTheMapperAreApplied() {
		this.runner
			.withBean(CeleryJsonMapperBuilderCustomizer.class,
					() -> (builder) -> builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE))
			.run((context) -> assertThat(context.getBean(Serializers.class).mapper().writeValueAsString(new Size(1)))
				.contains("pixel_width"));
	}

	@Test
	void customizersOfTheTemplateAreAppliedLast() {
		this.runner.withBean(CeleryTemplateCustomizer.class, () -> (builder) -> builder.sendTimeout(Duration.ZERO))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("'timeout' must be positive"));
	}

	@Test
	void lettucesOptionsAreCustomizedAndItsThreadsShared() {
		ClientResources resources = ClientResources.create();
		try {
			this.runner.withBean(ClientResources.class, () -> resources)
				.withBean(LettuceClientOptionsBuilderCustomizer.class, () -> (builder) -> {
					throw new IllegalStateException("asked");
				})
				.run((context) -> assertThat(context).getFailure().rootCause().hasMessage("asked"));
			this.runner
				.withBean("resources", ClientResources.class, () -> resources,
						(definition) -> definition.setDestroyMethodName(""))
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(resources.eventExecutorGroup().isShuttingDown()).isFalse();
		}
		finally {
			resources.shutdown();
		}
	}

	@Test
	void disabledResultsNeedNoRedis() {
		this.runner.withPropertyValues("celery.result-backend=disabled://")
			.run((context) -> assertThat(context).hasSingleBean(DisabledResultBackend.class)
				.doesNotHaveBean(RedisResultBackend.class));
	}

	@Test
	void disabledResultsAreTold(CapturedOutput output) {
		this.runner.withPropertyValues("celery.result-backend=disabled://").run((context) -> {
		});
		assertThat(output).contains("; no results are kept (celery.result-backend is disabled://)");
	}

	@Test
	void backsOffFromAnOwnTransportAndResultBackend(CapturedOutput output) {
		try (RedisConnections connections = new RedisConnections(
				new RedisEndpoint.Standalone("own", 1, 0, null, null, null), RedisConnectionOptions.DEFAULTS)) {
			this.runner
				.withBean("own", BrokerTransport.class,
						() -> new RedisTransport(connections, RedisTransportOptions.DEFAULTS))
				.withBean(ResultBackend.class, DisabledResultBackend::new)
				.run((context) -> {
					assertThat(context).getBeanNames(BrokerTransport.class).containsExactly("own");
					assertThat(context).doesNotHaveBean(RedisResultBackend.class).hasSingleBean(CeleryTemplate.class);
				});
		}
		assertThat(output).as("no connection of ours is made").doesNotContain("Celery broker is");
	}

	@Test
	void backsOffFromAnOwnTemplateCodecAndSerializers() {
		Serializers serializers = new Serializers(KombuJson.builder(false).build());
		TaskMessageCodec codec = new TaskMessageCodec(serializers);
		this.runner.withBean("ownSerializers", Serializers.class, () -> serializers)
			.withBean("ownCodec", TaskMessageCodec.class, () -> codec)
			.withBean("ownRegistry", TaskRegistry.class, TaskRegistry::new)
			.withUserConfiguration(OwnTemplate.class)
			.run((context) -> {
				assertThat(context).getBeanNames(Serializers.class).containsExactly("ownSerializers");
				assertThat(context).getBeanNames(TaskMessageCodec.class).containsExactly("ownCodec");
				assertThat(context).getBeanNames(TaskRegistry.class).containsExactly("ownRegistry");
				assertThat(context).getBeanNames(CeleryOperations.class).containsExactly("ownTemplate");
				assertThat(context).getBeanNames(DeadLetterOperations.class).containsExactly("ownLetters");
			});
	}

	@Test
	void queueOfATaskIsAskedForAfterTheApplicationsRouters() {
		TaskSignature signature = TaskSignature.of("reports.monthly");
		this.runner.withBean("own", TaskRouter.class, () -> (task) -> null).run((context) -> {
			context.getBean(TaskRegistry.class)
				.register(TaskDefinition.builder("reports.monthly", (task, body) -> null).queue("reports").build());
			List<TaskRouter> routers = context.getBeanProvider(TaskRouter.class).orderedStream().toList();
			assertThat(routers).hasSize(3);
			assertThat(routers.get(0)).isSameAs(context.getBean("celeryTaskRoutes"));
			assertThat(routers.get(1)).isSameAs(context.getBean("own"));
			assertThat(routers.get(2).route(signature)).isEqualTo(TaskOptions.toQueue("reports"));
			assertThat(routers.get(2).route(TaskSignature.of("elsewhere.task"))).isNull();
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnTemplate {

		@Bean
		CeleryOperations ownTemplate(BrokerTransport transport, TaskMessageCodec codec, ResultBackend results,
				Serializers serializers) {
			return CeleryTemplate.builder(transport, codec, results, serializers).build();
		}

		@Bean
		DeadLetterOperations ownLetters(BrokerTransport transport) {
			return new DeadLetterTemplate(transport, Duration.ofSeconds(1));
		}

	}

	private record Size(int pixelWidth) {

	}

}
