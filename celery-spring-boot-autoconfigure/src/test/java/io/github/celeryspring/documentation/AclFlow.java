package io.github.celeryspring.documentation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.github.celeryspring.client.CeleryTemplate;
import io.github.celeryspring.client.DeadLetterOperations;
import io.github.celeryspring.client.DeadLetterTemplate;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.kombu.redis.RedisTransport;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.result.redis.RedisResultBackend;
import io.github.celeryspring.result.redis.RedisResultOptions;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.FanoutSubscription;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.result.ChordBackend;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.worker.CeleryWorker;
import io.github.celeryspring.worker.WorkerOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that uses every feature there is, with the default names of all keys.
 */
final class AclFlow implements AutoCloseable {

	static final Duration SOON = Duration.ofSeconds(10);

	/** Short, so that leases are renewed and run out while one waits. */
	private static final Duration VISIBILITY_TIMEOUT = Duration.ofSeconds(1);

	private static final RedisConnectionOptions CONNECTIONS = new RedisConnectionOptions("acl", SOON, SOON, true,
			RedisConnectionOptions.KeepAlive.DEFAULTS, VISIBILITY_TIMEOUT);

	private final RedisConnections broker;

	private final RedisConnections backend;

	private final RedisTransport transport;

	private final RedisResultBackend results;

	private final CeleryTemplate celery;

	private final ControlMailbox mailbox;

	private final CeleryWorker worker;

	private final CountDownLatch longTask = new CountDownLatch(1);

	AclFlow(RedisEndpoint broker, RedisEndpoint backend, UnaryOperator<RedisTransportOptions.Builder> options) {
		this.broker = new RedisConnections(broker, CONNECTIONS);
		this.backend = backend.equals(broker) ? this.broker : new RedisConnections(backend, CONNECTIONS);
		this.transport = new RedisTransport(this.broker,
				options
					.apply(RedisTransportOptions.builder()
						.visibilityTimeout(VISIBILITY_TIMEOUT)
						.ownerTimeout(VISIBILITY_TIMEOUT)
						.unackedRestoreInterval(Duration.ofMillis(500)))
					.build());
		Serializers serializers = new Serializers(KombuJson.builder(true).build());
		TaskMessageCodec codec = new TaskMessageCodec(serializers);
		this.results = new RedisResultBackend(this.backend, serializers, RedisResultOptions.DEFAULTS);
		this.celery = CeleryTemplate.builder(this.transport, codec, this.results, serializers).build();
		TaskRegistry registry = new TaskRegistry();
		registry.register(TaskDefinition.of("hello", (context, body) -> "hello"));
		registry.register(TaskDefinition.of("long", (context, body) -> this.longTask.await(20, TimeUnit.SECONDS)));
		this.mailbox = new ControlMailbox(this.transport, serializers, ControlMailbox.NAMESPACE);
		this.worker = CeleryWorker.builder(this.transport, registry, codec, this.results, this.celery.canvas())
			.queues(List.of(CeleryQueue.named("celery")))
			.options(WorkerOptions.builder().nodename("celery@acl").concurrency(2).build())
			.remoteControl(this.mailbox, List.of())
			.build();
	}

	/** What an application that runs no worker does. */
	void send() {
		AsyncResult<?> sent = this.celery.task("hello").priority(6).send();
		assertThat(this.transport.size("celery")).succeedsWithin(SOON).isEqualTo(1L);
		assertThat(this.transport.purge("celery")).succeedsWithin(SOON).isEqualTo(1L);
		assertThat(sent.state()).isEqualTo(TaskState.PENDING);
		sent.forget();
	}

	void sendOne() {
		this.celery.send("hello");
	}

	void awaitResult(String taskId, Runnable stored) {
		var ready = this.results.whenReady(taskId);
		stored.run();
		assertThat(ready).succeedsWithin(SOON);
	}

	void startWorker() {
		this.worker.start();
		assertThat(this.celery.send("hello").get(SOON)).isEqualTo("hello");
	}

	void stopWorker() {
		this.worker.stop();
	}

	/** Nobody answers. */
	void speakToWorkers() {
		assertThat(new CeleryControl(this.mailbox).withTimeout(Duration.ofMillis(100)).ping()).isEmpty();
		this.celery.result("t").revoke();
	}

	/** Waits long enough for leases to be renewed. */
	void runLongTask() throws InterruptedException {
		AsyncResult<?> sent = this.celery.send("long");
		assertThat(this.celery.task("hello").countdown(VISIBILITY_TIMEOUT.multipliedBy(2)).send().get(SOON))
			.isEqualTo("hello");
		this.longTask.countDown();
		assertThat(sent.get(SOON)).isEqualTo(Boolean.TRUE);
	}

	/** Results of a task that is begun on more than once. */
	void storeAgain() {
		for (TaskState state : List.of(TaskState.STARTED, TaskState.STARTED, TaskState.SUCCESS)) {
			TaskResult result = new TaskResult("again", state, 1, null, List.of(), null, null, null);
			assertThat(this.results.store(result)).succeedsWithin(SOON);
		}
	}

	void lookAfterDeadLetters() {
		DeadLetterOperations letters = new DeadLetterTemplate(this.transport, SOON);
		letters.purge("celery");
		AsyncResult<?> unknown = this.celery.send("unknown");
		await().atMost(SOON).until(() -> letters.count("celery") == 1);
		assertThat(letters.replay(letters.list("celery", 0, 1).get(0))).isTrue();
		await().atMost(SOON).until(() -> letters.count("celery") == 1);
		assertThat(letters.purge("celery")).isEqualTo(1);
		await().atMost(SOON).until(() -> unknown.state() == TaskState.FAILURE);
	}

	/** What nothing in this project does by itself yet. */
	void countChordAndBroadcast() {
		ChordBackend chords = this.results.chords();
		ChordMember member = new ChordMember("g", "t", 0);
		for (CompletionStage<?> each : List.of(chords.setSize("g", 2), chords.addMember("g"),
				chords.partReturned(member, TaskState.SUCCESS, 1), chords.parts("g"), chords.bodySent(member),
				chords.failed("g"), chords.saveGroup(ResultTree.group("g", List.of(ResultTree.task("t")))),
				chords.restoreGroup("g"), chords.deleteGroup("g"))) {
			assertThat(each).succeedsWithin(SOON);
		}
		CeleryExchange news = new CeleryExchange("news", CeleryExchange.Type.FANOUT);
		FanoutSubscription subscription = this.transport.subscribe(news, "", (message) -> {
		});
		assertThat(subscription.ready()).succeedsWithin(SOON);
		assertThat(this.transport.publish(new KombuMessage(new byte[0], "application/json", "utf-8", Map.of(),
				new MessageProperties("n", null, 1, new DeliveryInfo("news", "", false), 0, "n", null, Map.of()))))
			.succeedsWithin(SOON);
		subscription.close();
		CeleryQueue expiring = new CeleryQueue("celery", CeleryExchange.topic("x"), "k.#")
			.withExpires(Duration.ofHours(1));
		this.transport.introduce(expiring);
		assertThat(this.transport.publish(new KombuMessage(new byte[0], "application/json", "utf-8", Map.of(),
				new MessageProperties("x", null, 2, new DeliveryInfo("x", "k", false), 0, "x", null, Map.of()))))
			.succeedsWithin(SOON);
	}

	@Override
	public void close() {
		this.worker.stop();
		this.results.close();
		this.transport.close();
		this.broker.close();
		this.backend.close();
	}

}
