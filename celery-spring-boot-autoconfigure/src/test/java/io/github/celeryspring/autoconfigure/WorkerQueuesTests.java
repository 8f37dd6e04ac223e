package io.github.celeryspring.autoconfigure;

import java.util.Collection;
import java.util.List;

import io.github.celeryspring.client.TaskQueues;
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
		assertThat(consumed(List.of())).containsExactly(CeleryQueue.named("celery"), CeleryQueue.named("reports"),
				this.declared);
	}

	@Test
	void configuredQueuesReplaceAllOthersAndKeepTheirOrder() {
		register("a", "reports");
		assertThat(consumed(List.of("slow", "media", "fast"))).containsExactly(CeleryQueue.named("slow"), this.declared,
				CeleryQueue.named("fast"));
	}

	@Test
	void aBeanSaysHowAQueueOfATaskIsBound() {
		register("a", "media");
		assertThat(consumed(List.of())).containsExactly(CeleryQueue.named("celery"), this.declared);
	}

	@Test
	void excludedQueuesAreLeftOutByNameOrAlias() {
		CeleryQueue news = CeleryQueue.broadcast("news");
		TaskQueues queues = new TaskQueues(List.of(this.declared, news), TaskQueues.Defaults.of("celery"));
		assertThat(new WorkerQueues(List.of(), List.of("celery", "news"), false).of(queues, this.registry))
			.containsExactly(this.declared);
		assertThat(new WorkerQueues(List.of("news", "media"), List.of("media", "unknown"), false).of(queues,
				this.registry))
			.extracting(CeleryQueue::name)
			.containsExactly(news.name());
	}

	@Test
	void declaredQueuesAreAllIfThePropertySaysWhichThereAre() {
		register("a", "reports");
		TaskQueues queues = new TaskQueues(List.of(this.declared), TaskQueues.Defaults.of("celery"));
		assertThat(new WorkerQueues(List.of(), List.of(), true).of(queues, this.registry))
			.containsExactly(this.declared);
	}

	@Test
	void theQueueOfAWorkerIsCelerys() {
		assertThat(WorkerQueues.direct("celery@host"))
			.isEqualTo(new CeleryQueue("celery@host.dq2", CeleryExchange.direct("C.dq2"), "celery@host"));
	}

	private Collection<CeleryQueue> consumed(List<String> configured) {
		TaskQueues queues = new TaskQueues(List.of(this.declared), TaskQueues.Defaults.of("celery"));
		return new WorkerQueues(configured, List.of(), false).of(queues, this.registry);
	}

	private void register(String name, String queue) {
		this.registry.register(TaskDefinition.builder(name, (context, body) -> null).queue(queue).build());
	}

}
