package io.github.celeryspring.worker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CeleryTemplate;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.kombu.redis.RedisTransport;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.result.redis.RedisResultBackend;
import io.github.celeryspring.result.redis.RedisResultOptions;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskHandler;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class CeleryWorkerIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static RedisConnections connections;

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private final TaskMessageCodec codec = new TaskMessageCodec(this.serializers);

	private final TaskRegistry registry = new TaskRegistry();

	private final CountDownLatch release = new CountDownLatch(1);

	private final List<CeleryWorker> workers = new ArrayList<>();

	private RedisTransport transport;

	private RedisResultBackend results;

	private CeleryTemplate celery;

	@BeforeAll
	static void connect() {
		connections = redis.connections();
	}

	@AfterAll
	static void disconnect() {
		connections.close();
	}

	@BeforeEach
	void open() {
		this.transport = new RedisTransport(connections, RedisTransportOptions.DEFAULTS);
		this.results = new RedisResultBackend(connections, this.serializers, RedisResultOptions.DEFAULTS);
		this.celery = CeleryTemplate.builder(this.transport, this.codec, this.results, this.serializers).build();
	}

	@AfterEach
	void close() {
		this.release.countDown();
		this.workers.forEach(CeleryWorker::stop);
		this.results.close();
		this.transport.close();
	}

	@Test
	void storesTheDocumentThatPythonReads() throws Exception {
		task("add", (context, body) -> {
			context.addChild(ResultTree.task("child"));
			return ((JsonNode) body.args().get(0)).intValue() + ((JsonNode) body.args().get(1)).intValue();
		});
		start((options) -> options);
		AsyncResult<?> result = this.celery.send("add", 2, 3);
		assertThat(result.as(Integer.class).get(SOON)).isEqualTo(5);
		JsonNode document = document(result.id());
		assertThat(document.get("status").stringValue()).isEqualTo("SUCCESS");
		assertThat(document.get("result").intValue()).isEqualTo(5);
		assertThat(document.get("children").toString()).isEqualTo("[[[\"child\",null],null]]");
		assertThat(document.get("date_done").stringValue()).endsWith("+00:00");
		assertThat(redis.commands().ttl("celery-task-meta-" + result.id())).isPositive();
		awaitNothingLeft();
	}

	@Test
	void failureIsRaisedByTheCaller() {
		task("fail", (context, body) -> {
			throw new IllegalArgumentException("no such thing");
		});
		start((options) -> options);
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> this.celery.send("fail").get(SOON))
			.satisfies((ex) -> {
				assertThat(ex.getType()).isEqualTo("IllegalArgumentException");
				assertThat(ex.getModule()).isEqualTo("java.lang");
				assertThat(ex).hasMessageContaining("no such thing");
				assertThat(ex.getTraceback()).contains("CeleryWorkerIntegrationTests");
			});
		awaitNothingLeft();
	}

	@Test
	void unknownTaskIsNotRegisteredAndKeptAsADeadLetter() {
		start((options) -> options);
		AsyncResult<?> result = this.celery.send("nobody.knows", 1);
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> result.get(SOON))
			.satisfies((ex) -> assertThat(ex.getModule() + "." + ex.getType())
				.isEqualTo("celery.exceptions.NotRegistered"));
		awaitNothingLeft();
		KombuMessage letter = deadLetter();
		assertThat(letter.headers()).containsEntry("id", result.id()).containsEntry(DeadLetterHeaders.QUEUE, "celery");
		assertThat(new TaskMessageCodec(this.serializers).decode(letter).headers().task()).isEqualTo("nobody.knows");
	}

	@Test
	void garbageIsKeptAndTheWorkerLivesOn() throws Exception {
		task("t", (context, body) -> 1);
		start((options) -> options);
		redis.commands().lpush("celery", "garbage", "{\"body\": 1}", "[]", "");
		assertThat(this.celery.send("t").as(Integer.class).get(SOON)).isEqualTo(1);
		await().until(() -> redis.commands().llen("celery.dlq") == 4);
		awaitNothingLeft();
	}

	@Test
	void expiredTaskIsRevoked() {
		AtomicInteger runs = new AtomicInteger();
		task("t", (context, body) -> runs.incrementAndGet());
		AsyncResult<?> result = this.celery.task("t").expires(Instant.now().minusSeconds(1)).send();
		start((options) -> options);
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> result.get(SOON))
			.satisfies((ex) -> assertThat(ex.getType()).isEqualTo("TaskRevokedError"));
		assertThat(result.state()).isEqualTo(TaskState.REVOKED);
		assertThat(runs).hasValue(0);
		awaitNothingLeft();
	}

	@Test
	void earlyTaskWaitsInRedisAndIsRunOnceOnTime() {
		AtomicInteger runs = new AtomicInteger();
		CompletableFuture<Instant> ran = new CompletableFuture<>();
		task("t", (context, body) -> {
			runs.incrementAndGet();
			return ran.complete(Instant.now());
		});
		CeleryWorker worker = start((options) -> options.concurrency(1).prefetchMultiplier(1));
		Instant eta = Instant.now().plusMillis(1500);
		AsyncResult<?> result = this.celery.task("t").eta(eta).send();
		await().until(() -> worker.snapshot().totals().parked() == 1);
		await().until(() -> redis.commands().hlen("unacked") == 1);
		result.get(SOON);
		assertThat(ran.join()).isBetween(eta, eta.plusSeconds(2));
		awaitNothingLeft();
		assertThat(runs).hasValue(1);
	}

	@Test
	void stageIsAwaited() {
		CompletableFuture<List<String>> stage = new CompletableFuture<>();
		task("stage", (context, body) -> stage);
		CeleryWorker worker = start((options) -> options.trackStarted(true));
		AsyncResult<?> result = this.celery.send("stage");
		await().until(() -> result.state().equals(TaskState.STARTED));
		assertThat(worker.snapshot().active()).hasSize(1);
		stage.complete(List.of("a", "b"));
		assertThat(result.as(List.class).get(SOON)).isEqualTo(List.of("a", "b"));
	}

	@Test
	void earlyAckIsInRedisBeforeTheTaskRuns() {
		this.registry.register(
				TaskDefinition
					.builder("t",
							(context, body) -> redis.commands().hlen("unacked")
									+ redis.commands().zcard("unacked_index"))
					.acksLate(false)
					.build());
		start((options) -> options);
		assertThat(this.celery.send("t").as(Integer.class).get(SOON)).isZero();
	}

	@Test
	void lateAckLeavesTheMessageInRedisWhileTheTaskRuns() {
		task("t", (context, body) -> redis.commands().hlen("unacked") + redis.commands().zcard("unacked_index"));
		start((options) -> options);
		assertThat(this.celery.send("t").as(Integer.class).get(SOON)).isEqualTo(2);
		awaitNothingLeft();
	}

	@Test
	void ignoredResultLeavesNothingInRedis() {
		this.registry.register(TaskDefinition.builder("quiet", (context, body) -> 1)
			.options((options) -> options.ignoreResult(true))
			.build());
		CeleryWorker worker = start((options) -> options);
		AsyncResult<?> quiet = this.celery.send("quiet");
		await().until(() -> worker.snapshot().totals().succeeded() == 1);
		awaitNothingLeft();
		assertThat(redis.commands().exists("celery-task-meta-" + quiet.id())).isZero();
	}

	@Test
	void stopReturnsWhatNobodyBeganAndFinishesWhatRuns() {
		task("t", (context, body) -> this.release.await(20, TimeUnit.SECONDS));
		CeleryWorker worker = start((options) -> options.concurrency(2).prefetchMultiplier(10));
		List<AsyncResult<?>> sent = this.celery.sendAll(signatures("t", 30));
		await().until(() -> worker.snapshot().reserved() == 18);
		CompletableFuture<Void> stopped = new CompletableFuture<>();
		worker.stop(() -> stopped.complete(null));
		await().until(() -> redis.commands().llen("celery") == 28);
		assertThat(waitingIds()).containsExactlyElementsOf(sent.subList(2, 30).stream().map(AsyncResult::id).toList());
		this.release.countDown();
		stopped.join();
		assertThat(sent.get(0).state()).isEqualTo(TaskState.SUCCESS);
		assertThat(sent.get(1).state()).isEqualTo(TaskState.SUCCESS);
		assertThat(redis.commands().hlen("unacked")).isZero();
	}

	@Test
	void taskThatIsStuckAtTheStopIsRunByTheNextWorker() {
		AtomicInteger runs = new AtomicInteger();
		task("t", (context, body) -> {
			if (runs.incrementAndGet() == 1) {
				while (this.release.getCount() > 0) {
					Thread.onSpinWait();
				}
			}
			return context.redelivered();
		});
		CeleryWorker worker = start((options) -> options.shutdownTimeout(Duration.ofMillis(500)));
		AsyncResult<?> result = this.celery.send("t");
		await().until(() -> runs.get() == 1);
		worker.stop();
		assertThat(redis.commands().hlen("unacked")).isZero();
		assertThat(redis.commands().llen("celery")).isOne();
		start((options) -> options);
		assertThat(result.as(Boolean.class).get(SOON)).isTrue();
	}

	@Test
	void consumesAgainAfterRedisWasRestarted() {
		task("t", (context, body) -> 1);
		task("long", (context, body) -> this.release.await(20, TimeUnit.SECONDS));
		CeleryWorker worker = start((options) -> options);
		this.celery.send("t").get(SOON);
		AsyncResult<?> running = this.celery.send("long");
		await().until(() -> worker.snapshot().active().size() == 1);
		redis.stop();
		await().atMost(SOON).until(() -> worker.snapshot().state() == State.DISCONNECTED);
		this.release.countDown();
		redis.startAgain();
		await().atMost(SOON).until(() -> worker.snapshot().state() == State.CONSUMING);
		assertThat(this.celery.send("t").as(Integer.class).get(SOON)).isEqualTo(1);
		assertThat(running.as(Boolean.class).get(SOON)).isTrue();
		await().until(() -> redis.commands().exists("_kombu.binding.celery") == 1);
	}

	@Test
	void everyTaskIsRunOnceAndNeverMoreThanConcurrencyAtOnceOnPlatformThreads() {
		everyTaskIsRunOnce(false);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void everyTaskIsRunOnceAndNeverMoreThanConcurrencyAtOnceOnVirtualThreads() {
		everyTaskIsRunOnce(true);
	}

	private void everyTaskIsRunOnce(boolean virtual) {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger runs = new AtomicInteger();
		Set<String> ids = ConcurrentHashMap.newKeySet();
		task("t", (context, body) -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			ids.add(context.id());
			runs.incrementAndGet();
			running.decrementAndGet();
			return null;
		});
		CeleryWorker worker = start((options) -> options.concurrency(3).virtualThreads(virtual));
		List<AsyncResult<?>> sent = this.celery.sendAll(signatures("t", 5000));
		await().atMost(SOON).until(() -> worker.snapshot().totals().succeeded() == 5000);
		awaitNothingLeft();
		assertThat(runs).hasValue(5000);
		assertThat(ids).hasSize(5000);
		assertThat(most.get()).isBetween(1, 3);
		assertThat(sent).allMatch((result) -> redis.commands().exists("celery-task-meta-" + result.id()) == 1);
	}

	@Test
	void messagesStuckBehindLongTasksAreRunByAnotherWorker() {
		task("fast", (context, body) -> 1);
		task("long", (context, body) -> this.release.await(20, TimeUnit.SECONDS));
		CeleryWorker first = start((options) -> options.concurrency(1).nodename("celery@first"));
		this.celery.sendAll(signatures("fast", 3000));
		await().atMost(SOON).until(() -> first.snapshot().totals().succeeded() == 3000);
		this.celery.send("long");
		List<AsyncResult<?>> behind = this.celery.sendAll(signatures("fast", 50));
		await().until(() -> first.snapshot().active().size() == 1);
		CeleryWorker second = start((options) -> options.concurrency(1).nodename("celery@second"));
		behind.forEach((result) -> assertThat(result.as(Integer.class).get(SOON)).isEqualTo(1));
		assertThat(second.snapshot().totals().succeeded()).isEqualTo(50);
		assertThat(first.snapshot().active()).hasSize(1);
	}

	private void task(String name, TaskHandler handler) {
		this.registry.register(TaskDefinition.of(name, handler));
	}

	private CeleryWorker start(UnaryOperator<WorkerOptions.Builder> options) {
		CeleryWorker worker = CeleryWorker
			.builder(this.transport, this.registry, this.codec, this.results, this.celery.canvas())
			.options(options.apply(WorkerOptions.builder().nodename("celery@test").concurrency(2)).build())
			.build();
		this.workers.add(worker);
		worker.start();
		await().until(() -> worker.snapshot().state() == State.CONSUMING);
		return worker;
	}

	private static List<TaskSignature> signatures(String task, int count) {
		List<TaskSignature> signatures = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			signatures.add(TaskSignature.of(task));
		}
		return signatures;
	}

	private static JsonNode document(String id) {
		return JsonMapper.shared().readTree(redis.commands().get("celery-task-meta-" + id));
	}

	private static KombuMessage deadLetter() {
		await().until(() -> redis.commands().llen("celery.dlq") == 1);
		return new KombuMessageCodec()
			.decode(redis.commands().lindex("celery.dlq", 0).getBytes(StandardCharsets.UTF_8));
	}

	/** The ids of the waiting tasks, the next one first. */
	private static List<Object> waitingIds() {
		List<Object> ids = new ArrayList<>();
		for (String message : redis.commands().lrange("celery", 0, -1)) {
			Map<String, ?> headers = new KombuMessageCodec().decode(message.getBytes(StandardCharsets.UTF_8)).headers();
			ids.add(0, headers.get("id"));
		}
		return ids;
	}

	private static void awaitNothingLeft() {
		await().untilAsserted(() -> {
			assertThat(redis.commands().llen("celery")).isZero();
			assertThat(redis.commands().hlen("unacked")).isZero();
			assertThat(redis.commands().zcard("unacked_index")).isZero();
		});
	}

}
