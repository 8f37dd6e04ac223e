package io.github.celeryspring.documentation;

import io.github.celeryspring.control.ControlCommandHandler;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The application of docs/coming-from-celery.md: client, worker, and an embedded
 * redis-server. The classes that test it share one.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ MathTasks.class, FeedTasks.class, Web.class })
class DocumentedApplication {

	@Bean
	ControlCommandHandler greet() {
		return ControlCommandHandler.of("greet", (arguments) -> "Hello, " + arguments.get("name"));
	}

}
