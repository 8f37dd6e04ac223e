package io.github.celeryspring.result.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.result.redis.RedisResultOptions.RetryPolicy;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedisResultBackendIntegrationTests {

	private static final Instant DONE = Instant.parse("2026-11-22T20:18:23.209511Z");

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private RedisConnections connections;

	private RedisResultBackend backend;

	@BeforeEach
	void open() {
		this.connections = redis.connections();
		this.backend = new RedisResultBackend(this.connections, this.serializers, RedisResultOptions.DEFAULTS);
	}

	@AfterEach
	void close() {
		this.backend.close();
		this.connections.close();
	}

	@Test
	void storesTheDocumentOfCelery() {
		store(new TaskResult("t1", TaskState.SUCCESS, 5, null, List.of(), DONE, null, null, null));
		assertThat(redis.commands().get("celery-task-meta-t1"))
			.isEqualTo("{\"status\": \"SUCCESS\", \"result\": 5, \"traceback\": null, \"children\": [],"
					+ " \"date_done\": \"2026-11-22T20:18:23.209511+00:00\", \"task_id\": \"t1\"}");
		assertThat(redis.commands().ttl("celery-task-meta-t1")).isBetween(86390L, 86400L);
	}

	@Test
	void storesAFailureWithGroupParentAndChildren() {
		store(new TaskResult("t1", TaskState.FAILURE, TaskFailure.of(new IllegalStateException("boom")), "trace",
				List.of(ResultTree.task("c1"), ResultTree.task("c2")), DONE, "g", "p", null));
		assertThat(redis.commands().get("celery-task-meta-t1"))
			.isEqualTo("{\"status\": \"FAILURE\", \"result\": {\"exc_type\": \"IllegalStateException\","
					+ " \"exc_message\": [\"boom\"], \"exc_module\": \"java.lang\"}, \"traceback\": \"trace\","
					+ " \"children\": [[[\"c1\", null], null], [[\"c2\", null], null]],"
					+ " \"date_done\": \"2026-11-22T20:18:23.209511+00:00\", \"group_id\": \"g\","
					+ " \"parent_id\": \"p\", \"task_id\": \"t1\"}");
	}

	@Test
	void keepsResultsForEverIfTold() {
		try (RedisResultBackend forever = new RedisResultBackend(this.connections, this.serializers,
				new RedisResultOptions(null, "rpfx"))) {
			forever.store(success("t1", 1)).toCompletableFuture().join();
			forever.store(success("t1", 2)).toCompletableFuture().join();
		}
		assertThat(redis.commands().ttl("rpfx_celery-task-meta-t1")).isEqualTo(-1);
	}

	@Test
	void eachWriteRenewsTheExpiry() {
		store(state("t1", TaskState.STARTED));
		redis.commands().expire("celery-task-meta-t1", 10);
		store(state("t1", TaskState.of("PROGRESS")));
		assertThat(redis.commands().ttl("celery-task-meta-t1")).isGreaterThan(86000);
	}

	@Test
	void neverOverwritesASuccess() throws InterruptedException {
		BlockingQueue<String> messages = messages("celery-task-meta-t1");
		store(state("t1", TaskState.STARTED));
		store(failure("t1"));
		store(success("t1", 1));
		store(failure("t1"));
		store(success("t1", 2));
		assertThat(find("t1").state()).isEqualTo(TaskState.SUCCESS);
		assertThat(find("t1").result()).hasToString("1");
		assertThat(messages.poll(5, TimeUnit.SECONDS)).contains("STARTED");
		assertThat(messages.poll(5, TimeUnit.SECONDS)).contains("FAILURE");
		assertThat(messages.poll(5, TimeUnit.SECONDS)).isEqualTo(redis.commands().get("celery-task-meta-t1"));
		redis.commands().publish("celery-task-meta-t1", "end");
		assertThat(messages.poll(5, TimeUnit.SECONDS)).isEqualTo("end");
	}

	@Test
	void knowsASuccessWhateverTheOrderOfKeys() {
		redis.commands()
			.set("celery-task-meta-t1",
					"{\"task_id\": \"t1\", \"result\": \"" + "x".repeat(100) + "\", \"status\": \"SUCCESS\"}");
		store(failure("t1"));
		assertThat(find("t1").state()).isEqualTo(TaskState.SUCCESS);
	}

	@Test
	void overwritesWhatIsNoJson() {
		redis.commands().set("celery-task-meta-t1", "\u0080\u0004}");
		store(failure("t1"));
		assertThat(find("t1").state()).isEqualTo(TaskState.FAILURE);
	}

	@Test
	void oneDocumentThatRedisRefusesDoesNotHarmTheOthers() {
		redis.commands().rpush("celery-task-meta-bad", "a list");
		List<CompletableFuture<Void>> stored = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			stored.add(this.backend.store(success((i != 150) ? "t" + i : "bad", i)).toCompletableFuture());
		}
		for (int i = 0; i < 300; i++) {
			if (i != 150) {
				stored.get(i).join();
				assertThat(find("t" + i).result()).hasToString(String.valueOf(i));
			}
		}
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> stored.get(150).join())
			.havingCause()
			.isInstanceOf(CeleryException.class)
			.withMessageContaining("WRONGTYPE")
			.withCauseInstanceOf(RedisCommandExecutionException.class);
	}

	@Test
	void storesManyLargeDocuments() {
		String large = "x".repeat(2_000_000);
		List<CompletableFuture<Void>> stored = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			stored.add(this.backend.store(success("t" + i, large)).toCompletableFuture());
		}
		CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();
		assertThat(redis.commands().strlen("celery-task-meta-t19")).isGreaterThan(2_000_000);
	}

	@Test
	void groupsConcurrentStores() {
		redis.commands().configResetstat();
		List<CompletableFuture<Void>> stored = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			stored.add(this.backend.store(success("t" + i, i)).toCompletableFuture());
		}
		CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();
		assertThat(redis.commands().dbsize()).isEqualTo(2000);
		assertThat(calls(redis, "evalsha")).isLessThan(1000);
	}

	@Test
	void refusesWhatCannotBeWrittenOnTheCallingThread() {
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.backend.store(success("t1", new Object())));
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.backend.store(TaskResult.pending("t1")));
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> this.backend
			.store(new TaskResult("t1", TaskState.FAILURE, "boom", null, null, null, null, null, null)));
	}

	@Test
	void findsNothingOfAnUnknownTask() {
		assertThat(find("t1")).isEqualTo(TaskResult.pending("t1"));
	}

	@Test
	void readsBackWhatItStored() {
		store(new TaskResult("t1", TaskState.SUCCESS, Map.of("a", List.of(1, "b")), null,
				List.of(ResultTree.task("c1")), DONE, "g", "p", null));
		TaskResult found = find("t1");
		assertThat(found.result()).isInstanceOf(JsonNode.class);
		assertThat(((JsonNode) found.result()).path("a").path(1).stringValue()).isEqualTo("b");
		assertThat(found.children()).containsExactly(ResultTree.task("c1"));
		assertThat(found.dateDone()).isEqualTo(DONE);
		assertThat(found.groupId()).isEqualTo("g");
		assertThat(found.parentId()).isEqualTo("p");
	}

	@Test
	void forgets() {
		store(success("t1", 1));
		this.backend.forget("t1").toCompletableFuture().join();
		assertThat(redis.commands().exists("celery-task-meta-t1")).isZero();
		assertThat(find("t1").state()).isEqualTo(TaskState.PENDING);
	}

	@Test
	void tellsThatADocumentIsOfAnotherSerializer() {
		redis.commands().set("celery-task-meta-t1", "status: SUCCESS\nresult: 3\n");
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> find("t1"))
			.withCauseInstanceOf(CelerySerializationException.class)
			.withMessageContaining("result_serializer");
	}

	@Test
	void closingWritesWhatIsPending() {
		List<CompletableFuture<Void>> stored = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			stored.add(this.backend.store(success("t" + i, i)).toCompletableFuture());
		}
		this.backend.close();
		assertThat(stored).allMatch(CompletableFuture::isDone);
		assertThat(redis.commands().dbsize()).isEqualTo(1000);
	}

	@Test
	void storesAreTakenWhenRedisComesBack() {
		store(success("t0", 0));
		redis.stop();
		CompletableFuture<Void> stored = this.backend.store(success("t1", 1)).toCompletableFuture();
		assertThat(stored).isNotDone();
		redis.startAgain();
		assertThat(stored).succeedsWithin(Duration.ofSeconds(20));
		assertThat(find("t1").result()).hasToString("1");
	}

	@Test
	void readingIsTriedAgainAsOftenAsThePolicySays() {
		store(success("t1", 1));
		try (RedisResultBackend once = backend(0); RedisResultBackend often = backend(null)) {
			once.find("t1").toCompletableFuture().join();
			redis.stop();
			assertThat(once.find("t1")).failsWithin(Duration.ofSeconds(1))
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(BrokerUnavailableException.class);
			CompletableFuture<TaskResult> found = often.find("t1").toCompletableFuture();
			CompletableFuture<Void> forgotten = often.forget("t2").toCompletableFuture();
			assertThat(found).isNotDone();
			redis.startAgain();
			assertThat(found).succeedsWithin(Duration.ofSeconds(20))
				.extracting(TaskResult::state)
				.isEqualTo(TaskState.PENDING);
			assertThat(forgotten).succeedsWithin(Duration.ofSeconds(20));
		}
	}

	private RedisResultBackend backend(Integer maxRetries) {
		RetryPolicy policy = new RetryPolicy(maxRetries, Duration.ofMillis(50), Duration.ZERO, Duration.ofMillis(50),
				null);
		return new RedisResultBackend(this.connections, this.serializers,
				new RedisResultOptions(Duration.ofDays(1), "", true, policy));
	}

	private static BlockingQueue<String> messages(String channel) {
		BlockingQueue<String> messages = new LinkedBlockingQueue<>();
		StatefulRedisPubSubConnection<String, String> connection = RedisClient.create(redis.url()).connectPubSub();
		connection.addListener(new RedisPubSubAdapter<>() {

			@Override
			public void message(String from, String message) {
				messages.add(message);
			}

		});
		connection.sync().subscribe(channel);
		return messages;
	}

	static long calls(RedisServerExtension server, String command) {
		return server.commands()
			.info("commandstats")
			.lines()
			.filter((line) -> line.startsWith("cmdstat_" + command + ":calls="))
			.map((line) -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
			.findFirst()
			.orElse(0L);
	}

	private void store(TaskResult result) {
		this.backend.store(result).toCompletableFuture().join();
	}

	private TaskResult find(String id) {
		return this.backend.find(id).toCompletableFuture().join();
	}

	private static TaskResult success(String id, Object value) {
		return new TaskResult(id, TaskState.SUCCESS, value, null, List.of(), DONE, null, null, null);
	}

	private static TaskResult failure(String id) {
		return new TaskResult(id, TaskState.FAILURE, TaskFailure.ofCelery("TaskRevokedError", "expired"), null,
				List.of(), DONE, null, null, null);
	}

	private static TaskResult state(String id, TaskState state) {
		return new TaskResult(id, state, Map.of("done", 1), null, List.of(), null, null, null, null);
	}

}
