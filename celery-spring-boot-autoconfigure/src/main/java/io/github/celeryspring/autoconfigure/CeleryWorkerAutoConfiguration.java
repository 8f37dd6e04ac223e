package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.task.CeleryTaskAnnotationBeanPostProcessor;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.worker.CeleryWorker;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the tasks of this application
 * and the worker that runs them.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = CeleryAutoConfiguration.class)
@ConditionalOnBean(TaskRegistry.class)
@EnableConfigurationProperties({ CeleryTaskProperties.class, CeleryWorkerProperties.class })
public final class CeleryWorkerAutoConfiguration {

	CeleryWorkerAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	static CeleryTaskAnnotationBeanPostProcessor celeryTaskAnnotationBeanPostProcessor(
			ObjectProvider<TaskRegistry> registry, ObjectProvider<Serializers> serializers) {
		return new CeleryTaskAnnotationBeanPostProcessor(registry::getObject, serializers::getObject);
	}

	@Bean
	static LazyInitializationExcludeFilter celeryTaskLazyInitializationExcludeFilter() {
		return new CeleryTaskLazyInitializationExcludeFilter();
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "celery.worker-enabled", matchIfMissing = true)
	CeleryWorkerSettings celeryWorkerSettings(CeleryProperties properties, CeleryTaskProperties taskProperties,
			CeleryWorkerProperties workerProperties, Environment environment, CeleryRouting routing) {
		return new CeleryWorkerSettings(properties, taskProperties, workerProperties, environment, routing);
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnBooleanProperty(name = "celery.worker-enable-remote-control", matchIfMissing = true)
	CeleryWorkerCustomizer celeryRemoteControlWorkerCustomizer(ControlMailbox mailbox,
			ObjectProvider<ControlCommandHandler> handlers) {
		return (builder) -> builder.remoteControl(mailbox, handlers.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "celery.worker-enabled", matchIfMissing = true)
	CeleryWorker celeryWorker(BrokerTransport transport, TaskRegistry registry, TaskMessageCodec codec,
			ResultBackend resultBackend, CanvasPublisher canvas, CeleryWorkerSettings settings,
			ObjectProvider<CeleryWorkerCustomizer> customizers) {
		CeleryWorker.Builder builder = CeleryWorker.builder(transport, registry, codec, resultBackend, canvas)
			.options(settings.options())
			.queues(() -> settings.queues(registry))
			.autoStartup(() -> settings.autoStartup(registry));
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder.build();
	}

}
