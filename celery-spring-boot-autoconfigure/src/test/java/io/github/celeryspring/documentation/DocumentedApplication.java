package io.github.celeryspring.documentation;

import io.github.celeryspring.autoconfigure.CeleryAutoConfiguration;
import io.github.celeryspring.autoconfigure.CeleryWorkerAutoConfiguration;
import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.embedded.EmbeddedRedisAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The application of docs/coming-from-celery.md: client, worker, and an embedded
 * redis-server.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ EmbeddedRedisAutoConfiguration.class, CeleryAutoConfiguration.class,
		CeleryWorkerAutoConfiguration.class })
@Import({ MathTasks.class, FeedTasks.class, Web.class })
class DocumentedApplication {

	@Bean
	ControlCommandHandler greet() {
		return ControlCommandHandler.of("greet", (arguments) -> "Hello, " + arguments.get("name"));
	}

}
