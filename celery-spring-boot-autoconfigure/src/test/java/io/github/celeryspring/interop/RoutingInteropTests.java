package io.github.celeryspring.interop;

import java.time.Duration;
import java.util.Map;

import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.TaskRoutes;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RecordingTasks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Routes, exchanges and broadcasts between Python and us.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class RoutingInteropTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final CeleryExchange MEDIA = CeleryExchange.topic("media");

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private final Marks marks = new Marks(redis);

	RoutingInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
	}

	@Test
	void pythonReachesAJavaQueueThroughATopicExchangeAndByARoute() {
		CeleryQueue video = new CeleryQueue("java-video", MEDIA, "video.#");
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java");
				JavaApp app = JavaApp.builder(redis)
					.declare(video)
					.consumeDeclared()
					.tasks((each) -> tasks.handlers())
					.start()) {
			// Of the two, only Python says here how the queue is bound.
			String id = python.run("""
					queue = kombu.Queue("java-video", kombu.Exchange("media", type="topic"), routing_key="video.#")
					app.amqp.queues.add(queue)
					return record.apply_async((0,), queue="java-video", routing_key="video.mp4").id
					""").asString();
			this.marks.await("finish", id, "java");
			String routed = python.run("""
					app.conf.task_routes = {"shared.*": {"queue": "java-video", "routing_key": "video.avi"}}
					app.amqp.flush_routes()
					app.amqp.__dict__.pop("router", None)
					try:
					    return record.apply_async((0,)).id
					finally:
					    app.conf.task_routes = None
					    app.amqp.flush_routes()
					    app.amqp.__dict__.pop("router", None)
					""").asString();
			this.marks.await("finish", routed, "java");
			assertThat(redis.commands().smembers("_kombu.binding.media")).hasSize(1);
		}
	}

	@Test
	void javaReachesAPythonQueueThroughATopicExchangeAndByARoute() {
		Map<String, Object> bound = Map.of("exchange", "media", "exchange_type", "topic", "routing_key", "video.#");
		python.worker("python").config("task_queues", Map.of("python-video", bound)).queues("python-video").start();
		CeleryQueue queue = new CeleryQueue("python-video", MEDIA, "video.#");
		TaskRoutes routes = TaskRoutes.builder()
			.route("shared.*", TaskOptions.builder().queue("python-video").routingKey("video.avi").build())
			.build();
		try (JavaApp app = JavaApp.builder(redis).declare(queue).routers(routes).start()) {
			AsyncResult<?> routed = app.celery().send("shared.record", 0);
			assertThat(routed.get(SOON)).isEqualTo("python");
			TaskOptions options = TaskOptions.builder().exchange("media").routingKey("video.mp4").build();
			assertThat(app.celery().send(TaskSignature.of("shared.record", 0).withOptions(options)).get(SOON))
				.isEqualTo("python");
		}
	}

	@Test
	void everyWorkerRunsABroadcastTaskOfEither() {
		python.worker("python").config("broadcast", "news").queues("news").start();
		try (RecordingTasks first = new RecordingTasks(redis.port(), "java1");
				RecordingTasks second = new RecordingTasks(redis.port(), "java2");
				JavaApp one = broadcasts(first);
				JavaApp two = broadcasts(second)) {
			Awaitility.await().until(() -> redis.commands().publish("/0.news/celery", "") == 3);
			String id = one.celery().task("shared.record").args(0).queue("news").send().id();
			assertDoneByAll(id);
			// Without 'declare', Celery takes the exchange for a direct one.
			String pythons = python.run("""
					news = kombu.Exchange("news", type="fanout")
					return record.apply_async((0,), exchange=news.name, routing_key="celery", declare=[news]).id
					""").asString();
			assertDoneByAll(pythons);
			assertThat(this.marks.all()).hasSize(12);
			Unacked.awaitNone(redis);
		}
	}

	private void assertDoneByAll(String id) {
		for (String worker : new String[] { "python", "java1", "java2" }) {
			this.marks.await("finish", id, worker);
		}
	}

	private static JavaApp broadcasts(RecordingTasks tasks) {
		return JavaApp.builder(redis)
			.declare(CeleryQueue.broadcast("news"))
			.consumeDeclared()
			.tasks((each) -> tasks.handlers())
			.start();
	}

}
