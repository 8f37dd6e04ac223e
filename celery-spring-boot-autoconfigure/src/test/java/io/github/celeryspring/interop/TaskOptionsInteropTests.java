package io.github.celeryspring.interop;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.RejectException;
import io.github.celeryspring.task.RetryPolicy;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskHandler;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Python sees of Java tasks that are retried, exceed limits, reject themselves or
 * tell how far they are.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class TaskOptionsInteropTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private static JavaApp app;

	TaskOptionsInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
		app = JavaApp.builder(redis)
			.taggedTypes(version.taggedTypes())
			.queues("java")
			.concurrency(2)
			.tasks((self) -> handlers())
			.definitions(
					TaskDefinition.builder("java.soft", TaskOptionsInteropTests::hang)
						.options((options) -> options.softTimeLimit(Duration.ofMillis(100)))
						.build(),
					TaskDefinition.builder("java.hard", TaskOptionsInteropTests::hang)
						.options((options) -> options.timeLimit(Duration.ofSeconds(1)))
						.build(),
					TaskDefinition.builder("java.autoretry", (context, body) -> {
						throw new IllegalStateException("attempt " + context.retries());
					})
						.retryPolicy(new RetryPolicy(List.of(RuntimeException.class), List.of(), 1, Duration.ZERO, null,
								Duration.ZERO, false))
						.build())
			.options((options) -> options.resultExtended(true))
			.start();
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		if (app != null) {
			app.close();
		}
	}

	private static Map<String, TaskHandler> handlers() {
		Map<String, TaskHandler> handlers = new LinkedHashMap<>();
		handlers.put("java.hang", TaskOptionsInteropTests::hang);
		handlers.put("java.retry", (context, body) -> {
			if (context.retries() < 2) {
				throw context.retry(new IllegalStateException("not yet"),
						(retry) -> retry.countdown(Duration.ofMillis(50)));
			}
			return context.retries();
		});
		handlers.put("java.waiting", (context, body) -> {
			throw context.retry(new IllegalStateException("try later"));
		});
		handlers.put("java.exhausted", (context, body) -> {
			throw context.retry(null, (retry) -> retry.maxRetries(0));
		});
		handlers.put("java.reject", (context, body) -> {
			throw new RejectException("not for me", false);
		});
		handlers.put("java.progress", (context, body) -> {
			context.updateState("PROGRESS", Map.of("done", 3));
			redis.commands().blpop(20, "go on");
			return "done";
		});
		// The name that the Python worker knows: the retry goes on there.
		handlers.put("python.retry", (context, body) -> {
			throw context.retry(null,
					(retry) -> retry.countdown(Duration.ZERO).options((options) -> options.queue("python")));
		});
		return handlers;
	}

	private static Object hang(TaskContext context, TaskBody body) throws Exception {
		new CountDownLatch(1).await(30, TimeUnit.SECONDS);
		return "too late";
	}

	private static JsonNode run(String code) {
		return python.run("""
				from celery.exceptions import MaxRetriesExceededError, Reject
				from billiard.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded
				import time
				def send(name, *args, **options):
				    return app.send_task(name, args=args, queue="java", **options)
				def until(result, state):
				    end = time.monotonic() + 20
				    while result.state != state:
				        assert time.monotonic() < end, result.state
				        time.sleep(0.02)
				def failure(result):
				    try:
				        return result.get(timeout=20)
				    except Exception as exc:
				        return exc
				""" + code, Map.of());
	}

	@Test
	void aTaskIsRetriedUntilItSucceeds() {
		assertThat(run("return send('java.retry').get(timeout=20)").asInt()).isEqualTo(2);
	}

	@Test
	void stateRetryTellsTheExceptionAndTheTraceback() {
		JsonNode seen = run("""
				result = send('java.waiting')
				until(result, 'RETRY')
				assert result.ready() is False and result.successful() is False
				return [type(result.result).__name__, str(result.result), result.traceback, result.retries]
				""");
		assertThat(seen.get(0).asString()).isEqualTo("IllegalStateException");
		assertThat(seen.get(1).asString()).isEqualTo("try later");
		assertThat(seen.get(2).asString()).contains("java.lang.IllegalStateException: try later");
		assertThat(seen.get(3).asInt()).isZero();
	}

	@Test
	void exhaustedRetriesAreCelerysOwnException() {
		assertThat(run("""
				result = send('java.exhausted', 1)
				exc = failure(result)
				assert isinstance(exc, MaxRetriesExceededError), repr(exc)
				return str(exc) == "Can't retry java.exhausted[%s] args:[1] kwargs:{}" % result.id or str(exc)
				""").asBoolean()).isTrue();
	}

	@Test
	void aTaskIsRetriedByItself() {
		JsonNode seen = run("""
				result = send('java.autoretry')
				exc = failure(result)
				return [type(exc).__name__, str(exc), result.retries, result.state]
				""");
		assertThat(seen.toString()).isEqualTo("[\"IllegalStateException\",\"attempt 1\",1,\"FAILURE\"]");
	}

	@Test
	void timeLimitsAreBilliardsExceptions() {
		assertThat(run("""
				soft, hard = send('java.soft'), send('java.hard')
				caught = failure(soft), failure(hard)
				assert isinstance(caught[0], SoftTimeLimitExceeded) and caught[0].args == (), repr(caught[0])
				assert 'InterruptedException' in soft.traceback
				assert isinstance(caught[1], TimeLimitExceeded) and caught[1].args == (1,), repr(caught[1])
				assert hard.traceback is None
				return [soft.state, hard.state]
				""").toString()).isEqualTo("[\"FAILURE\",\"FAILURE\"]");
	}

	@Test
	void limitsOfTheCallCount() {
		assertThat(run("""
				exc = failure(send('java.hang', soft_time_limit=0.2, time_limit=10))
				return type(exc).__name__
				""").asString()).isEqualTo("SoftTimeLimitExceeded");
	}

	@Test
	void aRejectedTaskHasFailed() {
		assertThat(run("""
				exc = failure(send('java.reject'))
				assert isinstance(exc, Reject), repr(exc)
				return [exc.reason, exc.requeue]
				""").toString()).isEqualTo("[\"not for me\",false]");
	}

	@Test
	void progressAndTheRestOfTheDocumentAreReadable() {
		JsonNode seen = run("""
				result = send('java.progress', 'a', kwargs={'b': [1]})
				until(result, 'PROGRESS')
				info = result.info
				app.connection().default_channel.client.rpush('go on', 1)
				assert result.get(timeout=20) == 'done'
				return [info, result.name, result.args, result.kwargs, result.worker, result.queue]
				""");
		assertThat(seen.toString())
			.isEqualTo("[{\"done\":3},\"java.progress\",[\"a\"],{\"b\":[1]},\"celery@java\",\"java\"]");
	}

	@Test
	void aPythonWorkerTakesTheRetryOfAJavaTask() {
		python.worker("retries").queues("python").kept().start();
		AsyncResult<?> result = app.celery().task("python.retry").queue("java").args(1).send();
		assertThat(result.as(Integer.class).get(Duration.ofSeconds(20))).isEqualTo(1);
		assertThat(result.state()).isEqualTo(TaskState.SUCCESS);
	}

}
