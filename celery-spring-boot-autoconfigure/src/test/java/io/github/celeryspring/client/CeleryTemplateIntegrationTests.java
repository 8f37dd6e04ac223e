package io.github.celeryspring.client;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.ResultTimeoutException;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.kombu.redis.RedisTransport;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.result.redis.RedisResultBackend;
import io.github.celeryspring.result.redis.RedisResultOptions;
import io.github.celeryspring.task.CurrentTask;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.RunningTask;
import io.lettuce.core.AclSetuserArgs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CeleryTemplateIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private final TaskMessageCodec codec = new TaskMessageCodec(this.serializers);

	private RedisConnections connections;

	private RedisTransport transport;

	private RedisResultBackend backend;

	private CeleryTemplate template;

	@BeforeEach
	void open() {
		this.connections = redis.connections();
		this.transport = new RedisTransport(this.connections, RedisTransportOptions.DEFAULTS);
		this.backend = new RedisResultBackend(this.connections, this.serializers, RedisResultOptions.DEFAULTS);
		this.template = template(this.transport);
	}

	private CeleryTemplate template(RedisTransport transport) {
		return CeleryTemplate.builder(transport, this.codec, this.backend, this.serializers).build();
	}

	@AfterEach
	void close() {
		this.transport.close();
		this.backend.close();
		this.connections.close();
	}

	@Test
	void pushesTheMessageToTheListOfItsPriority() {
		AsyncResult<?> first = this.template.send("tasks.add", 2, 3);
		AsyncResult<?> second = this.template.task("tasks.add").args(4).queue("math").priority(9).send();
		assertThat(redis.commands().llen("celery")).isEqualTo(1);
		assertThat(message("celery").headers().id()).isEqualTo(first.id());
		assertThat(message("celery").body().args()).hasToString("[2, 3]");
		assertThat(message("math\u0006\u00169").headers().id()).isEqualTo(second.id());
	}

	@Test
	void sendsManyInOrder() {
		List<TaskSignature> signatures = IntStream.range(0, 3000).mapToObj((i) -> TaskSignature.of("t", i)).toList();
		List<AsyncResult<?>> results = this.template.sendAll(signatures);
		List<String> pushed = redis.commands().lrange("celery", 0, -1);
		assertThat(pushed).hasSize(3000);
		for (int i = 0; i < 3000; i++) {
			assertThat(pushed.get(2999 - i)).contains("\"id\": \"" + results.get(i).id() + "\"");
		}
	}

	@Test
	void sendsAsynchronously() {
		CompletableFuture<AsyncResult<Integer>> sent = this.template.task("t").returning(Integer.class).sendAsync();
		assertThat(sent).succeedsWithin(SOON)
			.satisfies((result) -> assertThat(message("celery").headers().id()).isEqualTo(result.id()));
	}

	@Test
	void whatRedisRefusesForGoodIsToldAtOnce() {
		redis.commands()
			.aclSetuser("reader",
					AclSetuserArgs.Builder.on()
						.addPassword("pw")
						.allKeys()
						.allCommands()
						.removeCommand(io.lettuce.core.protocol.CommandType.LPUSH));
		RedisEndpoint endpoint = new RedisEndpoint.Standalone("127.0.0.1", redis.port(), 0, "reader", "pw", null);
		try (RedisConnections limited = new RedisConnections(endpoint, RedisConnectionOptions.DEFAULTS);
				RedisTransport refused = new RedisTransport(limited, RedisTransportOptions.DEFAULTS)) {
			assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> template(refused).send("t"))
				.withMessageContaining("NOPERM")
				.isNotInstanceOf(BrokerUnavailableException.class);
		}
		redis.commands().set("celery", "no list");
		assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> this.template.send("t"))
			.withMessageContaining("WRONGTYPE")
			.isNotInstanceOf(BrokerUnavailableException.class);
	}

	@Test
	void failsInTimeWhileRedisIsAwayAndWorksAgainAfterwards() {
		this.template.send("t");
		redis.stop();
		try {
			assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> this.template.send("t"));
			assertThat(this.template.sendAsync(TaskSignature.of("t"))).failsWithin(SOON);
			AsyncResult<?> result = this.template.result("x");
			assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(result::state);
			assertThatExceptionOfType(ResultTimeoutException.class)
				.isThrownBy(() -> result.get(Duration.ofMillis(200)));
		}
		finally {
			redis.startAgain();
		}
		PublishRetryPolicy patient = new PublishRetryPolicy(true, null, Duration.ofMillis(100), Duration.ZERO,
				Duration.ofMillis(100));
		CeleryTemplate.builder(this.transport, this.codec, this.backend, this.serializers)
			.publishRetry(patient)
			.build()
			.send("t");
		assertThat(redis.commands().llen("celery")).isEqualTo(1);
	}

	@Test
	void convertsResults() {
		AsyncResult<?> result = stored(Map.of("name", "n", "day", LocalDate.of(2026, 1, 2), "ids",
				List.of(UUID.fromString("12345678-1234-5678-1234-567812345678"))));
		assertThat(result.as(Report.class).get(SOON)).isEqualTo(new Report("n", LocalDate.of(2026, 1, 2),
				List.of(UUID.fromString("12345678-1234-5678-1234-567812345678"))));
		assertThat(result.get(SOON)).isInstanceOf(Map.class);
		assertThat(stored(List.of(1, 2)).as(new ParameterizedTypeReference<List<Long>>() {
		}).get(SOON)).containsExactly(1L, 2L);
		assertThat(stored(5).get(SOON)).isEqualTo(5);
		assertThat(stored(null).get(SOON)).isNull();
		assertThat(stored(null).as(Integer.class).get(SOON)).isNull();
		assertThat(stored("text").as(String.class).toFuture()).succeedsWithin(SOON).isEqualTo("text");
		assertThat(stored(null).toFuture()).succeedsWithin(SOON).isNull();
	}

	@Test
	void tellsThatAResultIsOfAnotherType() {
		AsyncResult<Integer> result = stored("text").as(Integer.class);
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> result.get(SOON))
			.withMessageContaining("java.lang.Integer");
		assertThat(result.toFuture()).failsWithin(SOON)
			.withThrowableThat()
			.withCauseInstanceOf(CelerySerializationException.class);
	}

	@Test
	void throwsWhatTheTaskRaised() {
		store(new TaskResult("t1", TaskState.FAILURE,
				new TaskFailure("ValueError", List.of("it's", 1, List.of(true)), "builtins"), "Traceback", List.of(),
				null, null, null, null));
		AsyncResult<?> result = this.template.result("t1");
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> result.get(SOON)).satisfies((ex) -> {
			assertThat(ex.getType()).isEqualTo("ValueError");
			assertThat(ex.getModule()).isEqualTo("builtins");
			assertThat(ex.getTraceback()).isEqualTo("Traceback");
			assertThat(ex.getTaskId()).isEqualTo("t1");
			assertThat(ex).hasMessageEndingWith("ValueError: ('it\\'s', 1, [True])");
		});
		assertThat(result.toFuture()).failsWithin(SOON)
			.withThrowableThat()
			.withCauseInstanceOf(RemoteTaskException.class);
		store(new TaskResult("t2", TaskState.REVOKED, TaskFailure.ofCelery("TaskRevokedError", "expired"), null,
				List.of(), null, null, null, null));
		assertThatThrownBy(() -> this.template.result("t2").get(SOON))
			.hasMessage("Task t2 raised TaskRevokedError: expired");
	}

	@Test
	void waitsUntilTheResultIsThere() {
		AsyncResult<?> result = this.template.send("t");
		assertThat(result.state()).isEqualTo(TaskState.PENDING);
		CompletableFuture<?> future = result.toFuture();
		assertThat(future).isNotDone();
		assertThatExceptionOfType(ResultTimeoutException.class).isThrownBy(() -> result.get(Duration.ofMillis(50)))
			.withMessageContaining("PT0.05S");
		assertThatExceptionOfType(ResultTimeoutException.class).isThrownBy(() -> result.get(Duration.ofSeconds(-1)));
		store(new TaskResult(result.id(), TaskState.SUCCESS, 7, null, List.of(), null, null, null, null));
		assertThat(result.get(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(7);
		assertThat(future).succeedsWithin(SOON).isEqualTo(7);
		assertThat(result.state()).isEqualTo(TaskState.SUCCESS);
	}

	@Test
	void anInterruptedWaitEndsAndKeepsTheFlag() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(ResultTimeoutException.class)
			.isThrownBy(() -> this.template.result("t1").get(Duration.ofDays(1)))
			.withMessageContaining("Interrupted");
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void waitsInsideATaskToo() throws Exception {
		AsyncResult<?> other = stored(5);
		Object value = CurrentTask.call(new RunningTask("parent", "root"), () -> other.get(SOON));
		assertThat(value).isEqualTo(5);
	}

	@Test
	void givesChildrenAndForgets() {
		store(new TaskResult("t1", TaskState.SUCCESS, 1, null, List.of(ResultTree.task("c1")), null, null, null, null));
		store(new TaskResult("c1", TaskState.SUCCESS, 2, null, null, null, null, null, null));
		AsyncResult<?> result = this.template.result("t1");
		assertThat(result.children()).singleElement().satisfies((child) -> {
			assertThat(child.get(SOON)).isEqualTo(2);
			assertThat(child.children()).isEmpty();
		});
		result.forget();
		assertThat(result.document()).isEqualTo(TaskResult.pending("t1"));
	}

	private AsyncResult<?> stored(@Nullable Object value) {
		String id = UUID.randomUUID().toString();
		store(new TaskResult(id, TaskState.SUCCESS, value, null, List.of(), null, null, null, null));
		return this.template.result(id);
	}

	private void store(TaskResult result) {
		this.backend.store(result).toCompletableFuture().join();
	}

	private TaskMessage message(String list) {
		return this.codec.decode(new KombuMessageCodec().decode(redis.commands().lindex(list, 0).getBytes()));
	}

	record Report(String name, LocalDate day, List<UUID> ids) {

	}

}
