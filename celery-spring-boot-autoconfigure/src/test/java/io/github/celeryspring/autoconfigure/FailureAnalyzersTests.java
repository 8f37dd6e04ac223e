package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.embedded.EmbeddedRedisAutoConfiguration;
import io.github.celeryspring.task.TaskMethodException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a user reads when the application cannot start.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalyzersTests {

	@Test
	void malformedBrokerUrl(CapturedOutput output) {
		fail(Application.class, "--celery.broker-url=redis://:s3cret@host:port/0");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("'celery.broker-url' is '")
			.contains("which cannot be used: ")
			.contains("Correct 'celery.broker-url'.")
			.doesNotContain("s3cret");
	}

	@Test
	void unsupportedSchemeOfTheBroker(CapturedOutput output) {
		fail(Application.class, "--celery.broker-url=amqp://user:s3cret@rabbit//");
		assertThat(output).contains("'celery.broker-url' is 'amqp://")
			.contains("the scheme amqp:// is not supported.")
			.contains("not over RabbitMQ")
			.doesNotContain("s3cret");
	}

	@Test
	void unsupportedResultBackend(CapturedOutput output) {
		fail(Application.class, "--celery.result-backend=rpc://");
		assertThat(output).contains("'celery.result-backend' is 'rpc://")
			.contains("Correct 'celery.result-backend'.")
			.contains("To keep no results write disabled://.");
	}

	@Test
	void clusterOfTheApplication(CapturedOutput output) {
		fail(Application.class, "--spring.data.redis.cluster.nodes=a:1,b:2");
		assertThat(output).contains("but that is a Cluster set-up");
	}

	@Test
	void transportOptionOfAnotherType(CapturedOutput output) {
		fail(Application.class, "--celery.broker-transport-options.visibility_timeout=soon");
		assertThat(output)
			.contains("Failed to bind properties under 'celery.broker-transport-options.visibility-timeout'")
			.contains("Value: \"soon\"");
	}

	@Test
	void transportOptionThatIsNoneOfTheKnown(CapturedOutput output) {
		fail(Application.class, "--celery.broker-transport-options.body_encoding=rot13");
		assertThat(output).contains("Failed to bind properties under 'celery.broker-transport-options.body-encoding'")
			.contains("Value: \"rot13\"")
			.contains("BASE64");
	}

	@Test
	void transportOptionThatMakesNoSense(CapturedOutput output) {
		fail(Application.class, "--celery.broker-transport-options.socket_timeout=0");
		assertThat(output).contains("'celery.broker-transport-options.socket-timeout' must be positive.")
			.contains("Correct the value.");
	}

	@Test
	void workerPropertyThatMakesNoSense(CapturedOutput output) {
		fail(Application.class, "--celery.worker-concurrency=0");
		assertThat(output).contains("'celery.worker-concurrency' must be positive.");
	}

	@Test
	void duplicateTask(CapturedOutput output) {
		fail(DuplicateTasks.class);
		assertThat(output).contains("Task 'tasks.add' is defined twice: by ")
			.contains("Give one of them another name: @CeleryTask(\"...\").");
	}

	@Test
	void methodThatCannotBeATask(CapturedOutput output) throws NoSuchMethodException {
		TaskMethodException expected = new TaskMethodException(FinalTask.class.getDeclaredMethod("run", int.class),
				"has no parameter names", "Compile with -parameters.");
		assertThat(new TaskMethodFailureAnalyzer().analyze(new IllegalStateException(expected)))
			.satisfies((analysis) -> {
				assertThat(analysis.getDescription()).startsWith("@CeleryTask method '")
					.endsWith("FinalTask.run(int)' has no parameter names.");
				assertThat(analysis.getAction()).isEqualTo("Compile with -parameters.");
			});
	}

	@Test
	void embeddedRedisThatCannotStart(CapturedOutput output) throws java.io.IOException {
		try (java.net.ServerSocket taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
			fail(EmbeddedApplication.class, "--celery.embedded-redis.port=" + taken.getLocalPort());
		}
		assertThat(output).contains("The embedded redis-server could not be started: ")
			.contains("set 'celery.embedded-redis.port' to another port");
	}

	private static void fail(Class<?> application, String... arguments) {
		SpringApplication spring = new SpringApplication(application);
		spring.setWebApplicationType(WebApplicationType.NONE);
		spring.setBannerMode(Banner.Mode.OFF);
		assertThatException().isThrownBy(() -> spring.run(arguments).close());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataRedisAutoConfiguration.class, CeleryAutoConfiguration.class,
			CeleryWorkerAutoConfiguration.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(EmbeddedRedisAutoConfiguration.class)
	static class EmbeddedApplication extends Application {

	}

	static class DuplicateTasks extends Application {

		@Bean
		FirstTask first() {
			return new FirstTask();
		}

		@Bean
		SecondTask second() {
			return new SecondTask();
		}

	}

	static class FirstTask {

		@CeleryTask("tasks.add")
		int add(int a) {
			return a;
		}

	}

	static class SecondTask {

		@CeleryTask("tasks.add")
		int add(int a) {
			return a;
		}

	}

	static final class FinalTask {

		void run(int a) {
		}

	}

}
