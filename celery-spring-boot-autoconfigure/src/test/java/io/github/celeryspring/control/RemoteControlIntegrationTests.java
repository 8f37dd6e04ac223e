package io.github.celeryspring.control;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

@Timeout(60)
class RemoteControlIntegrationTests {

	private static final String NODE = "celery@controlled";

	private static final Duration SOON = Duration.ofSeconds(10);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final CountDownLatch release = new CountDownLatch(1);

	private final CountDownLatch interrupted = new CountDownLatch(1);

	private final AtomicInteger runs = new AtomicInteger();

	private JavaApp app;

	private CeleryControl control;

	@BeforeEach
	void start() {
		this.app = JavaApp.builder(redis)
			.name("controlled")
			.queues("celery")
			.concurrency(1)
			.prefetchMultiplier(4)
			.remoteControl(ControlCommandHandler.of("double", (arguments) -> 2 * (Integer) arguments.get("n")),
					ControlCommandHandler.of("broken", (arguments) -> {
						throw new IllegalStateException("it's broken");
					}))
			.tasks((self) -> Map.of("wait", this::await, "count", (context, body) -> this.runs.incrementAndGet()))
			.start();
		this.control = this.app.control().to(NODE).withTimeout(SOON);
		Awaitility.await()
			.until(() -> !this.app.control().withTimeout(Duration.ofMillis(200)).withLimit(1).ping().isEmpty());
	}

	@AfterEach
	void stop() {
		this.release.countDown();
		this.app.close();
		assertThat(redis.commands().keys("*pidbox*")).isEmpty();
	}

	/** Interrupts do not end it. */
	private Object await(TaskContext context, TaskBody body) {
		while (true) {
			try {
				this.release.await();
				return "done";
			}
			catch (InterruptedException ex) {
				this.interrupted.countDown();
			}
		}
	}

	private JsonNode ask(String command, Map<String, ?> arguments) {
		return this.control.call(command, arguments).get(NODE);
	}

	private void awaitActive(AsyncResult<?> task) {
		Awaitility.await().untilAsserted(() -> assertThat(ask("active", Map.of()).toString()).contains(task.id()));
	}

	@Test
	void answersPing() {
		assertThat(this.control.ping()).containsExactly(NODE);
		assertThat(this.control.call("ping", Map.of()).get(NODE).toString()).isEqualTo("{\"ok\":\"pong\"}");
	}

	@Test
	void hearsOnlyWhatIsMeantForIt() {
		CeleryControl brief = this.app.control().withTimeout(Duration.ofMillis(100));
		assertThat(brief.to("celery@other").ping()).isEmpty();
		assertThat(brief.matching("*@other", "glob").ping()).isEmpty();
		assertThat(this.app.control().matching("celery@c*", "glob").withLimit(1).withTimeout(SOON).ping())
			.containsExactly(NODE);
	}

	@Test
	void answersCommandsOfTheApplication() {
		assertThat(ask("double", Map.of("n", 21)).asInt()).isEqualTo(42);
		assertThat(ask("broken", Map.of()).toString())
			.isEqualTo("{\"error\":\"IllegalStateException('it\\\\'s broken')\"}");
		assertThat(ask("nosuch", Map.of()).toString()).isEqualTo("{\"error\":\"KeyError('nosuch')\"}");
	}

	@Test
	void survivesWhatIsNoCommand() {
		redis.commands().publish("/0.celery.pidbox", "{}");
		redis.commands().publish("/0.celery.pidbox", "no JSON");
		this.control.cast("", Map.of());
		assertThat(this.control.ping()).containsExactly(NODE);
	}

	@Test
	void showsWhatRunsAndWhatWaits() {
		AsyncResult<?> running = this.app.celery().send("wait", 1, "two");
		awaitActive(running);
		AsyncResult<?> waiting = this.app.celery().send("count", List.of(3));
		Awaitility.await().untilAsserted(() -> assertThat(ask("reserved", Map.of()).size()).isEqualTo(1));
		JsonNode active = ask("active", Map.of()).get(0);
		assertThat(active.propertyNames()).containsExactly("id", "name", "args", "kwargs", "type", "hostname",
				"time_start", "acknowledged", "delivery_info", "worker_pid");
		assertThat(active.get("args").toString()).isEqualTo("[1,\"two\"]");
		assertThat(active.get("acknowledged").asBoolean()).isFalse();
		assertThat(active.get("time_start").asDouble()).isCloseTo(System.currentTimeMillis() / 1000.0, within(60.0));
		assertThat(active.get("delivery_info").toString())
			.isEqualTo("{\"exchange\":\"\",\"routing_key\":\"celery\",\"priority\":0,\"redelivered\":false}");
		assertThat(ask("active", Map.of("safe", true)).get(0).get("args").asString()).isEqualTo("(1, 'two')");
		JsonNode found = this.control.queryTask(running.id(), waiting.id(), "unknown").get(NODE);
		assertThat(found.size()).isEqualTo(2);
		assertThat(found.get(running.id()).get(0).asString()).isEqualTo("active");
		assertThat(found.get(waiting.id()).get(0).asString()).isEqualTo("reserved");
		assertThat(found.get(waiting.id()).get(1).get("time_start").isNull()).isTrue();
		assertThat(ask("scheduled", Map.of()).toString()).isEqualTo("[]");
	}

	@Test
	void showsWhatItIs() {
		this.app.celery().send("count").get(SOON);
		assertThat(this.control.registered().get(NODE).toString()).isEqualTo("[\"count\",\"wait\"]");
		assertThat(this.control.activeQueues().get(NODE).get(0).get("name").asString()).isEqualTo("celery");
		JsonNode stats = this.control.stats().get(NODE);
		assertThat(stats.get("total").toString()).isEqualTo("{\"count\":1}");
		assertThat(stats.get("pool").get("max-concurrency").asInt()).isEqualTo(1);
		assertThat(stats.get("broker").get("transport").asString()).isEqualTo("redis");
		assertThat(stats.get("broker").get("port").asInt()).isPositive();
		assertThat(this.control.conf().get(NODE).get("worker_concurrency").asInt()).isEqualTo(1);
		assertThat(ask("report", Map.of()).get("ok").asString()).contains("java:");
		assertThat(ask("clock", Map.of()).get("clock").asLong()).isPositive();
	}

	@Test
	void aRevokedTaskIsNotBegun() {
		AsyncResult<?> running = this.app.celery().send("wait");
		awaitActive(running);
		AsyncResult<?> waiting = this.app.celery().send("count");
		waiting.revoke();
		assertRevoked(waiting, "revoked");
		this.release.countDown();
		assertThat(running.get(SOON)).isEqualTo("done");
		assertThat(this.control.revoked().get(NODE).toString()).isEqualTo("[\"" + waiting.id() + "\"]");
		assertThat(this.app.celery().send("count").get(SOON)).hasToString("1");
	}

	@Test
	void revokingLeavesARunningTaskAlone() {
		AsyncResult<?> running = this.app.celery().send("wait");
		awaitActive(running);
		assertThat(ask("revoke", Map.of("task_id", running.id(), "terminate", false)).toString())
			.isEqualTo("{\"ok\":\"tasks {'" + running.id() + "'} flagged as revoked\"}");
		this.release.countDown();
		assertThat(running.get(SOON)).isEqualTo("done");
	}

	@Test
	void aTerminatedTaskIsRevokedAtOnceAndItsThreadIsInterrupted() throws Exception {
		AsyncResult<?> running = this.app.celery().send("wait");
		awaitActive(running);
		running.revoke(true);
		assertRevoked(running, "terminated");
		assertThat(this.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
		Awaitility.await().untilAsserted(() -> assertThat(redis.commands().hlen("unacked")).isZero());
		AsyncResult<?> next = this.app.celery().send("count");
		assertThat(next.state()).isEqualTo(TaskState.PENDING);
		this.release.countDown();
		assertThat(next.get(SOON)).hasToString("1");
		assertThat(running.state()).isEqualTo(TaskState.REVOKED);
		assertThat(ask("revoke", Map.of("task_id", List.of(running.id()), "terminate", true)).toString())
			.isEqualTo("{\"ok\":\"terminate: tasks unknown\"}");
	}

	private void assertRevoked(AsyncResult<?> task, String reason) {
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> task.get(SOON));
		assertThat(task.document().state()).isEqualTo(TaskState.REVOKED);
		assertThat(task.document().result()).isEqualTo(TaskFailure.ofCelery("TaskRevokedError", reason));
	}

	@Test
	void limitsAreChecked() {
		assertThat(this.control.rateLimit("count", "10/m").get(NODE).toString())
			.isEqualTo("{\"ok\":\"new rate limit set successfully\"}");
		assertThat(this.control.registered().get(NODE).toString()).isEqualTo("[\"count [rate_limit=10/m]\",\"wait\"]");
		assertThat(this.control.rateLimit("count", "0").get(NODE).toString())
			.isEqualTo("{\"ok\":\"rate limit disabled successfully\"}");
		assertThat(this.control.rateLimit("count", "often").get(NODE).get("error").asString())
			.startsWith("Invalid rate limit string");
		assertThat(this.control.rateLimit("nosuch", "1/s").get(NODE).toString())
			.isEqualTo("{\"error\":\"unknown task\"}");
		assertThat(this.control.timeLimit("count", Duration.ofSeconds(1), null).get(NODE).toString())
			.isEqualTo("{\"ok\":\"time limits set successfully\"}");
	}

}
