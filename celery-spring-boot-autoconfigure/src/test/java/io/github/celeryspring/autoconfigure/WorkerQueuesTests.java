package io.github.celeryspring.autoconfigure;

import java.util.List;

import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WorkerQueuesTests {

	private final TaskRegistry registry = new TaskRegistry();

	private final CeleryQueue declared = new CeleryQueue("media",
			new CeleryExchange("media", CeleryExchange.Type.TOPIC), "media.#");

	@Test
	void withoutConfigurationTheDefaultQueueThoseOfTheTasksAndTheBeans() {
		register("a", "reports");
		register("b", null);
		register("c", "reports");
		assertThat(WorkerQueues.of(List.of(), "celery", this.registry, List.of(this.declared)))
			.containsExactly(CeleryQueue.named("celery"), CeleryQueue.named("reports"), this.declared);
	}

	@Test
	void configuredQueuesReplaceAllOthersAndKeepTheirOrder() {
		register("a", "reports");
		assertThat(WorkerQueues.of(List.of("slow", "media", "fast"), "celery", this.registry, List.of(this.declared)))
			.containsExactly(CeleryQueue.named("slow"), this.declared, CeleryQueue.named("fast"));
	}

	@Test
	void aBeanSaysHowAQueueOfATaskIsBound() {
		register("a", "media");
		assertThat(WorkerQueues.of(List.of(), "celery", this.registry, List.of(this.declared)))
			.containsExactly(CeleryQueue.named("celery"), this.declared);
	}

	private void register(String name, String queue) {
		this.registry.register(TaskDefinition.builder(name, (context, body) -> null).queue(queue).build());
	}

}
