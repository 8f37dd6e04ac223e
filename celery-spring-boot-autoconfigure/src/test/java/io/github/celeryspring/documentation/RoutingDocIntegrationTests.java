package io.github.celeryspring.documentation;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.autoconfigure.CeleryAutoConfiguration;
import io.github.celeryspring.autoconfigure.CeleryWorkerAutoConfiguration;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.client.TaskRouter;
import io.github.celeryspring.client.TaskSendSpec;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static io.github.celeryspring.documentation.DocumentedTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The routes and queues of docs/routing.md.
 */
@Timeout(60)
class RoutingDocIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static ApplicationContextRunner runner(String settings) {
		return new ApplicationContextRunner().withInitializer(new ConfigDataApplicationContextInitializer())
			.withPropertyValues("spring.config.location=classpath:documentation/" + settings,
					"celery.broker-url=" + redis.url(), "celery.accept-content=json,yaml")
			.withConfiguration(
					AutoConfigurations.of(CeleryAutoConfiguration.class, CeleryWorkerAutoConfiguration.class))
			.withBean(RoutedTasks.class);
	}

	private static String run(TaskSendSpec<?> call) {
		return call.returning(String.class).send().get(TIMEOUT);
	}

	private static CeleryOperations celery(ApplicationContext context) {
		return context.getBean(CeleryOperations.class);
	}

	@Test
	void routesByNameAndByCode() {
		runner("routes.yml").withUserConfiguration(Routers.class)
			.withPropertyValues("celery.worker-queues=feeds,media,reports")
			.run((context) -> {
				CeleryOperations celery = celery(context);
				assertThat(run(celery.task("feed.tasks.fetch"))).isEqualTo("feeds 0");
				assertThat(run(celery.task("video.encode"))).isEqualTo("media 3");
				assertThat(run(celery.task("report.month"))).isEqualTo("reports 0");
				assertThat(run(celery.task("feed.import").queue("feeds"))).isEqualTo("feeds 0");
			});
	}

	@Test
	void routesInOrderAndQueuesAsBeans() {
		runner("routes-in-order.yml").withUserConfiguration(Queues.class)
			.withPropertyValues("celery.worker-queues=feeds,video,news")
			.run((context) -> {
				CeleryOperations celery = celery(context);
				assertThat(run(celery.task("feed.tasks.fetch"))).isEqualTo("feeds 0");
				await().until(() -> redis.commands().exists("_kombu.binding.media") == 1);
				assertThat(run(celery.task("video.encode").exchange("media").routingKey("media.video.mp4")))
					.startsWith("video");
				await().until(() -> redis.commands().publish("/0.news/celery", "") == 1);
				assertThat(run(celery.task("report.month").queue("news"))).isNotEmpty();
			});
	}

	@Test
	void queuesAsSettings() {
		runner("queues.yml").run((context) -> {
			CeleryOperations celery = celery(context);
			await().until(() -> redis.commands().exists("_kombu.binding.media", "_kombu.binding.archive") == 2);
			assertThat(run(celery.task("video.encode").exchange("media").routingKey("media.video.mp4")))
				.startsWith("video");
			assertThat(run(celery.task("video.encode").exchange("archive").routingKey("video"))).startsWith("video");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Routers {

		@Bean
		TaskRouter tenants() {
			return (signature) -> signature.task().startsWith("report.") ? TaskOptions.toQueue("reports") : null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Queues {

		@Bean
		CeleryQueue video() {
			return new CeleryQueue("video", CeleryExchange.topic("media"), "media.video.#");
		}

		@Bean
		CeleryQueue news() {
			return CeleryQueue.broadcast("news");
		}

	}

	static class RoutedTasks {

		@CeleryTask("feed.tasks.fetch")
		String fetch(TaskContext self) {
			return self.queue() + " " + self.priority();
		}

		@CeleryTask("feed.import")
		String feed(TaskContext self) {
			return fetch(self);
		}

		@CeleryTask("video.encode")
		String video(TaskContext self) {
			return fetch(self);
		}

		@CeleryTask("report.month")
		String report(TaskContext self) {
			return fetch(self);
		}

	}

}
