package io.github.celeryspring.embedded;

import java.time.Duration;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.autoconfigure.CeleryAutoConfiguration;
import io.github.celeryspring.autoconfigure.CeleryConnectionDetails;
import io.github.celeryspring.autoconfigure.CeleryWorkerAutoConfiguration;
import io.github.celeryspring.autoconfigure.EmbeddedBroker;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.redis.RedisEndpoint;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedRedisAutoConfigurationIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, CeleryAutoConfiguration.class,
				CeleryWorkerAutoConfiguration.class, EmbeddedRedisAutoConfiguration.class));

	@Test
	void applicationWithoutAnyConfigurationWorks(CapturedOutput output) {
		String[] url = new String[1];
		this.runner.withBean(Tasks.class).run((context) -> {
			RedisEndpoint broker = context.getBean(CeleryConnectionDetails.class).getBroker();
			url[0] = broker.toString();
			assertThat(url[0]).startsWith("redis://127.0.0.1:");
			assertThat(context.getBean(CeleryOperations.class)
				.task("tasks.add")
				.args(2, 3)
				.returning(Integer.class)
				.send()
				.get(Duration.ofSeconds(20))).isEqualTo(5);
		});
		assertThat(output)
			.contains("Celery broker is " + url[0] + " (the embedded redis-server, as no Redis is configured;"
					+ " for Python: broker_url = '" + url[0] + "')");
		try (RedisClient client = RedisClient.create(url[0])) {
			assertThatExceptionOfType(RedisConnectionException.class).as("it ended with the application")
				.isThrownBy(client::connect);
		}
	}

	@Test
	void usesTheGivenPort() {
		int port;
		try (EmbeddedRedisServer probe = EmbeddedRedisServer.start(0)) {
			port = probe.port();
		}
		this.runner.withPropertyValues("celery.embedded-redis.port=" + port)
			.run((context) -> assertThat(context.getBean(EmbeddedBroker.class).start())
				.hasToString("redis://127.0.0.1:" + port + "/0"));
	}

	static class Tasks {

		@CeleryTask
		int add(int a, int b) {
			return a + b;
		}

	}

}
