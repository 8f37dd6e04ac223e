package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.task.RateLimit;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.worker.CeleryWorker;
import io.github.celeryspring.worker.TimeLimits;
import io.github.celeryspring.worker.WorkerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The worker that the properties describe; it is not started here.
 */
@ExtendWith(OutputCaptureExtension.class)
class CeleryWorkerAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CeleryAutoConfiguration.class, CeleryWorkerAutoConfiguration.class));

	@Test
	void withoutTasksNoWorkerIsStarted() {
		this.runner.run((context) -> {
			assertThat(context.getBean(CeleryWorker.class).isAutoStartup()).isFalse();
			assertThat(context.getBean(CeleryWorker.class).isRunning()).isFalse();
		});
	}

	@Test
	void withoutTasksAWorkerCanBeAskedFor() {
		this.runner.withPropertyValues("celery.worker-enabled=true")
			.withBean(CeleryWorkerCustomizer.class, () -> CeleryWorkerAutoConfigurationTests::dontStart)
			.run((context) -> assertThat(
					context.getBean(CeleryWorkerSettings.class).autoStartup(context.getBean(TaskRegistry.class)))
				.isTrue());
	}

	@Test
	void withTasksAWorkerIsStarted() {
		this.runner.withBean(Tasks.class)
			.withBean(CeleryWorkerCustomizer.class, () -> CeleryWorkerAutoConfigurationTests::dontStart)
			.run((context) -> assertThat(
					context.getBean(CeleryWorkerSettings.class).autoStartup(context.getBean(TaskRegistry.class)))
				.isTrue());
	}

	@Test
	void workerCanBeRefusedAndTheTasksAreKnownAllTheSame() {
		this.runner.withBean(Tasks.class).withPropertyValues("celery.worker-enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(CeleryWorker.class);
			assertThat(context.getBean(TaskRegistry.class).find("tasks.report")).isNotNull();
		});
	}

	@Test
	void propertiesBecomeOptions() {
		this.runner
			.withPropertyValues("celery.worker-concurrency=3", "celery.worker-prefetch-multiplier=2",
					"celery.task-acks-late=false", "celery.task-ignore-result=true", "celery.task-track-started=true",
					"celery.task-store-errors-even-if-ignored=true", "celery.worker-hostname=me@there",
					"celery.worker-shutdown-timeout=5", "celery.worker-max-deliveries=9",
					"celery.task-acks-on-failure-or-timeout=false", "celery.task-acks-on-timeout=true",
					"celery.result-extended=true", "celery.task-soft-time-limit=20", "celery.task-time-limit=30s",
					"celery.task-default-rate-limit=10/m", "celery.worker-disable-rate-limits=true",
					"celery.worker-deduplicate-successful-tasks=true", "celery.task-inherit-parent-priority=true")
			.run((context) -> assertThat(context.getBean(CeleryWorkerSettings.class).options())
				.isEqualTo(new WorkerOptions("me@there", 3, 2, false, false, true, true, true, true, true,
						new TimeLimits(Duration.ofSeconds(20), Duration.ofSeconds(30)), RateLimit.of("10/m"), true,
						true, true, Duration.ofSeconds(5), false, 9)));
	}

	@Test
	void withoutPropertiesOptionsAreTheDefaults() {
		this.runner.run((context) -> assertThat(context.getBean(CeleryWorkerSettings.class).options())
			.isEqualTo(WorkerOptions.DEFAULTS));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsAreUsedIfTheApplicationUsesThem() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true")
			.run((context) -> assertThat(context.getBean(CeleryWorkerSettings.class).options().virtualThreads())
				.isTrue());
	}

	@Test
	void consumesTheDefaultQueueThoseOfTheTasksAndTheBeans() {
		this.runner.withBean(Tasks.class)
			.withBean(CeleryQueue.class, () -> CeleryQueue.named("declared"))
			.withPropertyValues("celery.task-default-queue=default")
			.withBean(CeleryWorkerCustomizer.class, () -> CeleryWorkerAutoConfigurationTests::dontStart)
			.run((context) -> assertThat(context.getBean(CeleryWorker.class).snapshot().queues())
				.containsExactly("default", "reports", "declared"));
	}

	@Test
	void consumesOnlyTheConfiguredQueues() {
		this.runner.withBean(Tasks.class)
			.withPropertyValues("celery.worker-queues=a,b")
			.withBean(CeleryWorkerCustomizer.class, () -> CeleryWorkerAutoConfigurationTests::dontStart)
			.run((context) -> assertThat(context.getBean(CeleryWorker.class).snapshot().queues()).containsExactly("a",
					"b"));
	}

	@Test
	void backsOffFromAnOwnWorker() {
		this.runner.withUserConfiguration(OwnWorker.class)
			.run((context) -> assertThat(context).getBeanNames(CeleryWorker.class).containsExactly("ownWorker"));
	}

	@Test
	void remoteControlCanBeSwitchedOffAndItsExchangeNamed() {
		this.runner.withPropertyValues("celery.control-exchange=other").run((context) -> {
			assertThat(context).hasSingleBean(CeleryControl.class);
			assertThat(context.getBean(ControlMailbox.class)).extracting("exchange.name").isEqualTo("other.pidbox");
			assertThat(context.getBean(CeleryWorker.class)).extracting("control").isNotNull();
		});
		this.runner.withPropertyValues("celery.worker-enable-remote-control=false").run((context) -> {
			assertThat(context).hasSingleBean(CeleryControl.class);
			assertThat(context.getBean(CeleryWorker.class)).extracting("control").isNull();
		});
	}

	@Test
	void commandsOfTheApplicationAreHeard() {
		ControlCommandHandler command = ControlCommandHandler.of("ping", (arguments) -> "mine");
		this.runner.withBean(ControlCommandHandler.class, () -> command)
			.run((context) -> assertThat(context.getBean(CeleryWorker.class)).extracting("control.own")
				.isEqualTo(List.of(command)));
	}

	@Test
	void shutdownTimeoutBeyondThatOfTheApplicationIsWarnedAbout(CapturedOutput output) {
		this.runner.withPropertyValues("celery.worker-shutdown-timeout=45").run((context) -> {
		});
		assertThat(output).contains("celery.worker-shutdown-timeout (45s) should be shorter than"
				+ " spring.lifecycle.timeout-per-shutdown-phase (30s)");
	}

	@Test
	void shutdownTimeoutWithinThatOfTheApplicationIsFine(CapturedOutput output) {
		this.runner
			.withPropertyValues("celery.worker-shutdown-timeout=45", "spring.lifecycle.timeout-per-shutdown-phase=1m")
			.run((context) -> {
			});
		assertThat(output).doesNotContain("should be shorter than");
	}

	@Test
	void tasksOfALazyApplicationAreFound() {
		this.runner.withBean(Tasks.class)
			.withPropertyValues("celery.worker-enabled=false")
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context.getBean(TaskRegistry.class).find("tasks.report")).isNotNull());
	}

	private static void dontStart(CeleryWorker.Builder builder) {
		builder.autoStartup(() -> false);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnWorker {

		@Bean
		CeleryWorker ownWorker(BrokerTransport transport, TaskRegistry registry, TaskMessageCodec codec,
				ResultBackend results, CanvasPublisher canvas) {
			return CeleryWorker.builder(transport, registry, codec, results, canvas).autoStartup(() -> false).build();
		}

	}

	static class Tasks {

		@CeleryTask(name = "tasks.report", queue = "reports")
		List<String> report(String month) {
			return List.of(month);
		}

	}

}
