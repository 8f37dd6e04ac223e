package io.github.celeryspring.worker;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.RetryPolicy;
import io.github.celeryspring.task.RetrySpec;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class CeleryWorkerRetryTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private final TestWorker test = new TestWorker();

	@AfterEach
	void stop() {
		this.test.close();
	}

	@Test
	void messageKeepsWhatItHadButForRetriesAndEta() {
		this.test.task("t", (context, body) -> {
			throw context.retry(new IOException("no line"), (retry) -> retry.countdown(HOUR));
		}).start();
		Instant expires = Instant.now().plus(Duration.ofDays(1));
		TaskEmbed embed = new TaskEmbed(null, null, List.of(), null);
		TaskHeaders headers = new TaskHeaders("py", "t", "id", "shadow", null, expires, "group", 3, 1, 60.0, 30.0,
				"root", "parent", "(secret)", "{}", "gen1@there", true, 2, List.of("stamp"), Map.of("stamp", "value"),
				Map.of("x-tenant", "a"));
		TaskBody body = new TaskBody(List.of(1, "two"), Map.of("three", 3), embed);
		Instant before = Instant.now();
		this.test.transport.publish(
				this.test.codec.encode(new TaskMessage(headers, body, DeliveryInfo.toQueue("celery"), 6, "reply")));
		TaskMessage retry = parked();
		TaskHeaders told = retry.headers();
		assertThat(told.eta()).isBetween(before.plus(HOUR), Instant.now().plus(HOUR));
		assertThat(told).isEqualTo(new TaskHeaders("py", "t", "id", "shadow", told.eta(), told.expires(), "group", 3, 2,
				60.0, 30.0, "root", "parent", "(secret)", "{}", "gen1@there", true, 2, List.of("stamp"),
				Map.of("stamp", "value"), Map.of("x-tenant", "a")));
		assertThat(Duration.between(expires, told.expires()).abs()).isLessThan(Duration.ofMillis(1));
		assertThat(retry.priority()).isEqualTo(6);
		assertThat(retry.replyTo()).isEqualTo("reply");
		assertThat(retry.deliveryInfo()).isEqualTo(DeliveryInfo.toQueue("celery"));
		assertThat(retry.body().args().toString()).isEqualTo("[1, \"two\"]");
		assertThat(this.test.results.history("id")).isEmpty();
	}

	@Test
	void stateTellsTheCauseAndTheFirstTaskIsItsOwnParent() {
		this.test.task("t", (context, body) -> {
			throw context.retry(new IOException("no line"));
		}).start();
		String id = this.test.send(TestMessage.of("t"));
		Instant before = Instant.now();
		TaskMessage retry = parked();
		assertThat(retry.headers().parentId()).isEqualTo(id);
		assertThat(retry.headers().eta()).isCloseTo(before.plus(Duration.ofMinutes(3)),
				org.assertj.core.api.Assertions.within(Duration.ofSeconds(20)));
		TaskResult stored = this.test.results.history(id).get(0);
		assertThat(stored.state()).isEqualTo(TaskState.RETRY);
		assertThat(stored.result()).isEqualTo(new TaskFailure("IOException", List.of("no line"), "java.io"));
		assertThat(stored.traceback()).contains("java.io.IOException: no line");
		assertThat(stored.dateDone()).isNull();
	}

	@Test
	void runsAsOftenAsItMayAndFailsWithTheCause() {
		this.test.task("t", (context, body) -> {
			throw context.retry(new IOException("attempt " + context.retries()),
					(retry) -> retry.countdown(Duration.ZERO).maxRetries(2));
		}).start();
		TaskResult result = this.test.results.await(this.test.send(TestMessage.of("t")));
		assertThat(result.state()).isEqualTo(TaskState.FAILURE);
		assertThat(result.result()).isEqualTo(new TaskFailure("IOException", List.of("attempt 2"), "java.io"));
		assertThat(this.test.results.history(result.taskId())).extracting((stored) -> stored.state().name())
			.containsExactly("RETRY", "RETRY", "FAILURE");
		this.test.awaitSettled();
	}

	@Test
	void withoutCauseItFailsAsCelerysDo() {
		this.test.task(TaskDefinition.builder("t", (context, body) -> {
			throw context.retry();
		}).retryPolicy(policy(0, null)).build()).start();
		String id = this.test.send(TestMessage.of("t", 1));
		TaskFailure failure = (TaskFailure) this.test.results.await(id).result();
		assertThat(failure)
			.isEqualTo(TaskFailure.ofCelery("MaxRetriesExceededError", "Can't retry t[" + id + "] args:[1] kwargs:{}"));
	}

	@Test
	void retryWithoutCauseStoresNoResult() {
		this.test.task("t", (context, body) -> {
			if (context.retries() == 0) {
				throw context.retry(null, (retry) -> retry.eta(Instant.now()));
			}
			return "done";
		}).start();
		String id = this.test.send(TestMessage.of("t"));
		this.test.results.await(id);
		assertThat(this.test.results.history(id)).extracting((stored) -> stored.state() + "=" + stored.result())
			.containsExactly("RETRY=null", "SUCCESS=done");
	}

	@Test
	void retriesByItselfForSomeExceptionsAndNotForOthers() {
		RetryPolicy policy = new RetryPolicy(List.of(IOException.class), List.of(FileNotFoundException.class), 1,
				Duration.ZERO, null, Duration.ZERO, false);
		for (Exception thrown : List.of(new IOException(), new FileNotFoundException(), new IllegalStateException())) {
			this.test.task(TaskDefinition.builder(thrown.getClass().getSimpleName(), (context, body) -> {
				throw thrown;
			}).retryPolicy(policy).build());
		}
		this.test.start();
		assertThat(states("IOException")).containsExactly("RETRY", "FAILURE");
		assertThat(states("FileNotFoundException")).containsExactly("FAILURE");
		assertThat(states("IllegalStateException")).containsExactly("FAILURE");
	}

	@Test
	void ignoreAndRejectAreNeverRetriedByThemselves() {
		RetryPolicy policy = new RetryPolicy(List.of(Throwable.class), List.of(), -1, Duration.ZERO, null,
				Duration.ZERO, false);
		this.test.task(TaskDefinition.builder("ignore", (context, body) -> {
			throw new io.github.celeryspring.task.IgnoreException();
		}).retryPolicy(policy).build()).task(TaskDefinition.builder("reject", (context, body) -> {
			throw new io.github.celeryspring.task.RejectException("no", false);
		}).retryPolicy(policy).build()).start();
		assertThat(states("reject")).containsExactly("FAILURE");
		String ignored = this.test.send(TestMessage.of("ignore"));
		this.test.awaitSettled();
		assertThat(this.test.results.history(ignored)).isEmpty();
		assertThat(this.test.transport.messages("celery")).isEmpty();
	}

	@Test
	void argumentsByPositionTakeThePlaceOfNamedOnes() {
		assertThat(retried((retry) -> retry.args(7), List.of(), Map.of("x", 1, "y", 2))).isEqualTo("[7]{\"y\":2}");
		assertThat(retried((retry) -> retry.args(7).kwargs(Map.of("z", 1)), List.of(1, 2), Map.of()))
			.isEqualTo("[7]{\"z\":1}");
	}

	@Test
	void namedArgumentsTakeThePlaceOfThoseByPosition() {
		assertThat(retried((retry) -> retry.kwargs(Map.of("y", 5, "z", 6)), List.of(1, 2), Map.of("w", 0)))
			.isEqualTo("[1, 5]{\"z\":6}");
	}

	@Test
	void otherQueuePriorityAndHeadersOnDemand() {
		this.test.task("t", (context, body) -> {
			throw context.retry(null,
					(retry) -> retry.countdown(HOUR)
						.options((options) -> options.queue("other")
							.priority(9)
							.header("x-new", 1)
							.timeLimit(Duration.ofSeconds(5))));
		}).start();
		this.test.send(TestMessage.of("t").header("x-old", 1));
		await().until(() -> !this.test.transport.messages("other").isEmpty());
		TaskMessage retry = decode(this.test.transport.messages("other").get(0));
		assertThat(retry.priority()).isEqualTo(9);
		assertThat(retry.headers().others()).containsOnlyKeys("x-old", "x-new");
		assertThat(retry.headers().timeLimit()).isEqualTo(5);
	}

	@Test
	void argumentsThatCannotBeSentFailTheTask() {
		this.test.task("t", (context, body) -> {
			throw context.retry(null, (retry) -> retry.args(new Object() {
				@SuppressWarnings("unused")
				public Object getSelf() {
					return this;
				}
			}));
		}).start();
		TaskResult result = this.test.results.await(this.test.send(TestMessage.of("t")));
		assertThat(((TaskFailure) result.result()).type()).isEqualTo("EncodeError");
		this.test.awaitSettled();
	}

	private static RetryPolicy policy(int maxRetries, Duration backoff) {
		return new RetryPolicy(List.of(), List.of(), maxRetries, Duration.ZERO, backoff, HOUR, false);
	}

	private List<String> states(String task) {
		String id = this.test.send(TestMessage.of(task));
		this.test.results.await(id);
		return this.test.results.history(id).stream().map((stored) -> stored.state().name()).toList();
	}

	/** The arguments of a retry of a task with parameters x and y. */
	private String retried(Consumer<RetrySpec> retry, List<Object> args, Map<String, Object> kwargs) {
		TestWorker worker = new TestWorker();
		worker.task("t", new TaskHandler() {
			@Override
			public Object handle(TaskContext context, TaskBody body) {
				if (context.retries() == 0) {
					throw context.retry(null, (spec) -> retry.accept(spec.countdown(Duration.ZERO)));
				}
				Map<String, ?> named = body.kwargs();
				JsonNode tree = worker.serializers.mapper().valueToTree(named);
				return body.args() + tree.toString();
			}

			@Override
			public List<String> parameterNames() {
				return List.of("x", "y");
			}
		}).start();
		TaskHeaders headers = new TaskHeaders(null, "t", "id", null, null, null, null, null, 0, null, null, null, null,
				null, null, null, null, 0, null, Map.of(), Map.of());
		worker.transport.publish(worker.codec.encode(new TaskMessage(headers,
				new TaskBody(args, kwargs, TaskEmbed.NONE), DeliveryInfo.toQueue("celery"), 0, null)));
		try (worker) {
			return (String) worker.results.await("id").result();
		}
	}

	private TaskMessage parked() {
		await().until(() -> !this.test.transport.parkedMessages().isEmpty());
		return decode(this.test.transport.parkedMessages().get(0));
	}

	private TaskMessage decode(byte[] payload) {
		return this.test.codec.decode(new KombuMessageCodec().decode(payload));
	}

}
