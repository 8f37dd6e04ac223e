package io.github.celeryspring.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.client.TaskQueues;
import io.github.celeryspring.client.TaskRouter;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Queues and routes.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TaskRoutingProperties.class)
class CeleryRoutingConfiguration {

	@Bean
	TaskRoutingSettings celeryTaskRoutingSettings(TaskRoutingProperties properties, CeleryTaskProperties tasks,
			ConfigurableEnvironment environment) {
		return new TaskRoutingSettings(properties, tasks.taskDefaultQueue(), environment);
	}

	@Bean
	@ConditionalOnMissingBean
	TaskQueues celeryTaskQueues(TaskRoutingSettings settings, ObjectProvider<CeleryQueue> queues) {
		return settings.queues(queues.orderedStream().toList());
	}

	/** Asked before the routers of the application, unless these have a lower order. */
	@Bean
	@Order(0)
	TaskRouter celeryTaskRoutes(TaskRoutingSettings settings, TaskQueues queues) {
		return settings.routes(queues);
	}

	/** Asked after the application's own routers: the settings win over the code. */
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	TaskRouter celeryTaskAnnotationRouter(TaskRegistry registry) {
		return (signature) -> {
			TaskDefinition definition = registry.find(signature.task());
			return (definition != null) ? definition.options() : null;
		};
	}

	@Bean
	CeleryRouting celeryRouting(TaskQueues queues, ObjectProvider<TaskRouter> routers,
			TaskRoutingProperties properties) {
		List<TaskRouter> all = new ArrayList<>(routers.orderedStream().toList());
		Integer priority = properties.taskDefaultPriority();
		if (priority != null) {
			TaskOptions last = TaskOptions.builder().priority(priority).build();
			all.add((signature) -> last);
		}
		return new CeleryRouting(queues, all, properties);
	}

}
