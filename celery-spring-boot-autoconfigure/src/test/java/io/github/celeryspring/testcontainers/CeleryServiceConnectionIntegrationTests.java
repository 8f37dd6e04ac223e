package io.github.celeryspring.testcontainers;

import java.time.Duration;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.autoconfigure.CeleryAutoConfiguration;
import io.github.celeryspring.autoconfigure.CeleryConnectionDetails;
import io.github.celeryspring.autoconfigure.CeleryWorkerAutoConfiguration;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.RequiresDocker;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A container with {@link ServiceConnection} is the broker, whatever the properties say.
 */
@RequiresDocker
@Testcontainers
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE, properties = {
		"celery.broker-url=redis://nowhere.invalid/0", "celery.result-backend=redis://nowhere.invalid/1" })
class CeleryServiceConnectionIntegrationTests {

	@Container
	@ServiceConnection
	static final GenericContainer<?> redis = new GenericContainer<>("redis:7-alpine").withExposedPorts(6379);

	@Autowired
	private CeleryOperations celery;

	@Autowired
	private CeleryConnectionDetails details;

	@Autowired
	private DataRedisConnectionDetails dataRedisDetails;

	@Test
	void containerIsTheBrokerAndKeepsTheResults() {
		Integer sum = this.celery.task("tasks.add")
			.args(2, 3)
			.returning(Integer.class)
			.send()
			.get(Duration.ofSeconds(20));
		assertThat(sum).isEqualTo(5);
	}

	@Test
	void detailsAreThoseOfTheContainer() {
		assertThat(this.details.getBroker())
			.isEqualTo(new RedisEndpoint.Standalone(redis.getHost(), redis.getMappedPort(6379), 0, null, null, null));
		assertThat(this.details.getResultBackend()).isNull();
	}

	@Test
	void bootsOwnConnectionDetailsAreThereToo() {
		assertThat(this.dataRedisDetails.getStandalone().getPort()).isEqualTo(redis.getMappedPort(6379));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataRedisAutoConfiguration.class, CeleryAutoConfiguration.class,
			CeleryWorkerAutoConfiguration.class })
	static class Application {

		@Bean
		Tasks tasks() {
			return new Tasks();
		}

	}

	static class Tasks {

		@CeleryTask
		int add(int a, int b) {
			return a + b;
		}

	}

}
