package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.TaskQueues;
import io.github.celeryspring.client.TaskRouter;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TaskRoutingSettingsTests {

	@Test
	void routesAreAMapOfQueuesOrOptions() throws Exception {
		TaskRouter routes = routes("""
				celery:
				  task-routes:
				    "[feed.tasks.*]": feeds
				    '[regex:web[.](\\w+)$]':
				      queue: web
				      routing-key: web.key
				      priority: 3
				      serializer: yaml
				      compression: gzip
				    "[feed.tasks.import_all]":
				      exchange: imports
				      routing-key: all
				    short: quick
				""");
		assertThat(route(routes, "feed.tasks.a")).isEqualTo(TaskOptions.toQueue("feeds"));
		assertThat(route(routes, "feed.tasks.import_all"))
			.isEqualTo(TaskOptions.builder().exchange("imports").routingKey("all").build());
		assertThat(route(routes, "web.render")).isEqualTo(TaskOptions.builder()
			.queue("web")
			.routingKey("web.key")
			.priority(3)
			.serializer("yaml")
			.compression("gzip")
			.build());
		assertThat(route(routes, "web.a.b")).isNull();
		assertThat(route(routes, "short")).isEqualTo(TaskOptions.toQueue("quick"));
	}

	@Test
	void listOfRoutesIsTakenInOrder() throws Exception {
		TaskRouter routes = routes("""
				celery:
				  task-routes:
				  - task: "feed.*"
				    queue: feeds
				  - task: feed.import
				    queue: too-late
				""");
		assertThat(route(routes, "feed.import")).isEqualTo(TaskOptions.toQueue("feeds"));
	}

	@Test
	void nameWithDotsAndWithoutBracketsIsRefused() {
		assertRefused("celery: { task-routes: { feed.tasks.add: feeds } }", "'feed.tasks.add'", "[feed.tasks.add]");
	}

	@Test
	void nameThatLosesCharactersIsRefused() {
		assertRefused("celery: { task-routes: { add_all: feeds } }", "'add_all'", "[add_all]");
	}

	@Test
	void routeThatSaysNothingIsRefused() {
		assertRefused("celery: { task-routes: [ { task: a } ] }", "says nothing", "Name a queue");
	}

	@Test
	void patternThatIsNoneIsRefused() {
		assertRefused("celery: { task-routes: { '[regex:(]': feeds } }", "celery.task-routes[regex:(]", "Correct");
	}

	@Test
	void routeToAQueueThatMustNotBeMadeIsRefused() {
		assertRefused("celery: { task-create-missing-queues: false, task-routes: { a: feeds } }",
				"names a queue that does not exist: Queue 'feeds'", "Declare the queue");
	}

	@Test
	void queuesAreAMapOrAList() throws Exception {
		String map = """
				celery:
				  task-default-exchange: tasks
				  task-default-routing-key: task.default
				  task-queue-max-priority: 10
				  task-queues:
				    plain: {}
				    video:
				      alias: film
				      exchange: media
				      exchange-type: topic
				      routing-key: "media.video.#"
				      bindings:
				      - exchange: archive
				        routing-key: video
				      queue-arguments: { x-expires: 60000, x-max-priority: 5 }
				""";
		TaskQueues queues = settings(map).queues(List.of());
		assertThat(queues.declared()).extracting(CeleryQueue::name).containsExactly("plain", "video");
		CeleryQueue plain = queues.get("plain");
		assertThat(plain.exchange()).isEqualTo(CeleryExchange.direct("tasks"));
		assertThat(plain.routingKey()).isEqualTo("plain");
		assertThat(plain.arguments()).containsEntry("x-max-priority", 10);
		CeleryQueue video = queues.get("film");
		assertThat(video.exchange()).isEqualTo(CeleryExchange.topic("media"));
		assertThat(video.bindings())
			.containsExactly(new CeleryQueue.Binding(CeleryExchange.direct("archive"), "video"));
		assertThat(video.expires()).isEqualTo(Duration.ofMinutes(1));
		assertThat(video.arguments().get("x-max-priority")).hasToString("5");
		assertThat(queues.get("celery"))
			.isEqualTo(new CeleryQueue("celery", CeleryExchange.direct("tasks"), "task.default"));
	}

	@Test
	void queuesOfAListHaveTheDefaultsOfCelerysQueueObjects() throws Exception {
		TaskQueues queues = settings("celery: { task-queues: [ { name: a }, { name: b, exchange-type: fanout } ] }")
			.queues(List.of(CeleryQueue.named("c")));
		assertThat(queues.declared()).containsExactly(CeleryQueue.named("c"),
				new CeleryQueue("a", CeleryExchange.direct("celery"), "celery"),
				new CeleryQueue("b", CeleryExchange.fanout("b"), "celery"));
	}

	private static void assertRefused(String yaml, String problem, String action) {
		assertThatExceptionOfType(CeleryConfigurationException.class).isThrownBy(() -> routes(yaml))
			.withMessageContaining(problem)
			.satisfies((ex) -> assertThat(ex.getAction()).contains(action));
	}

	private static @Nullable TaskOptions route(TaskRouter routes, String task) {
		return routes.route(TaskSignature.of(task));
	}

	private static TaskRouter routes(String yaml) throws Exception {
		TaskRoutingSettings settings = settings(yaml);
		return settings.routes(settings.queues(List.of()));
	}

	private static TaskRoutingSettings settings(String yaml) throws Exception {
		MockEnvironment environment = new MockEnvironment();
		new YamlPropertySourceLoader().load("test", new ByteArrayResource(yaml.getBytes()))
			.forEach(environment.getPropertySources()::addLast);
		TaskRoutingProperties properties = Binder.get(environment)
			.bindOrCreate("celery", Bindable.of(TaskRoutingProperties.class));
		return new TaskRoutingSettings(properties, "celery", environment);
	}

}
