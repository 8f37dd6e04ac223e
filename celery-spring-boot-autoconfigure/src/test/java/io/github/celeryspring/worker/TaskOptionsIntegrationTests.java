package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.ExtendedResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.RateLimit;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class TaskOptionsIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static JavaApp app(TaskDefinition... definitions) {
		return JavaApp.builder(redis)
			.queues("celery")
			.concurrency(2)
			.definitions(definitions)
			.options((options) -> options.resultExtended(true))
			.start();
	}

	@Test
	void retryWaitsInRedisAndKeepsItsId() {
		try (JavaApp app = app(TaskDefinition.builder("t", (context, body) -> {
			if (context.retries() == 0) {
				throw context.retry(new IllegalStateException("first"),
						(retry) -> retry.countdown(Duration.ofSeconds(1)).args(7));
			}
			return body.args().toString() + context.retries();
		}).build())) {
			AsyncResult<?> result = app.celery().send("t", 1);
			await().until(() -> redis.commands().hkeys("unacked").stream().anyMatch((tag) -> tag.endsWith("parked"))
					|| result.state().isReady());
			assertThat(result.state()).isEqualTo(TaskState.RETRY);
			assertThat(result.as(String.class).get(SOON)).isEqualTo("[7]1");
			await().until(() -> redis.commands().hlen("unacked") == 0);
			ExtendedResult extended = result.document().extended();
			assertThat(extended.retries()).isEqualTo(1);
			assertThat(extended.args()).isEqualTo(List.of(1).stream().map((one) -> 7).toList());
		}
	}

	@Test
	void excessMessagesWaitInRedisAndComeBackInTime() {
		List<Long> begun = Collections.synchronizedList(new ArrayList<>());
		try (JavaApp app = app(TaskDefinition.of("free", (context, body) -> "free"),
				TaskDefinition.builder("limited", (context, body) -> begun.add(System.nanoTime()))
					.rateLimit(RateLimit.of("4/s"))
					.build())) {
			List<AsyncResult<?>> limited = app.celery()
				.sendAll(IntStream.range(0, 10).mapToObj((i) -> TaskSignature.of("limited", i)).toList());
			await().until(() -> redis.commands().hkeys("unacked").stream().anyMatch((tag) -> tag.endsWith("parked")));
			assertThat(app.celery().send("free").as(String.class).get(SOON)).isEqualTo("free");
			limited.forEach((result) -> result.get(SOON));
			for (int i = 1; i < 10; i++) {
				assertThat(Duration.ofNanos(begun.get(i) - begun.get(0)))
					.isGreaterThan(Duration.ofMillis(250L * i - 100));
			}
			await().until(() -> redis.commands().hlen("unacked") == 0);
		}
	}

	@Test
	void stateAndDocumentTellAboutTheTask() {
		try (JavaApp app = app(TaskDefinition.of("t", (context, body) -> {
			context.updateState("PROGRESS", Map.of("done", 1));
			redis.commands().blpop(20, "go on");
			return null;
		}))) {
			AsyncResult<?> result = app.celery().task("t").args("a").kwarg("b", List.of(2)).send();
			await().until(() -> result.state().name().equals("PROGRESS"));
			assertThat(result.document().result()).hasToString("{\"done\":1}");
			try (var other = redis.connections()) {
				other.execute((commands) -> commands.rpush("go on".getBytes(), "1".getBytes()))
					.toCompletableFuture()
					.join();
			}
			result.get(SOON);
			assertThat(result.document().extended()).isEqualTo(new ExtendedResult("t", List.of("a"),
					Map.of("b", List.of(2)), "celery@java", 0, "celery", null, Map.of()));
		}
	}

}
