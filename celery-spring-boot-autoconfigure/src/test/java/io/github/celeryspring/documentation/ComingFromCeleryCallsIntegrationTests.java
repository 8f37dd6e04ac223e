package io.github.celeryspring.documentation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.client.DeadLetterOperations;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.GroupResult;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static io.github.celeryspring.canvas.Signatures.signature;
import static io.github.celeryspring.documentation.DocumentedTest.TIMEOUT;
import static io.github.celeryspring.documentation.MathTasks.ADD;
import static io.github.celeryspring.documentation.MathTasks.FAIL;
import static io.github.celeryspring.documentation.MathTasks.LOG_ERROR;
import static io.github.celeryspring.documentation.MathTasks.NOTE;
import static io.github.celeryspring.documentation.MathTasks.XSUM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Calls, results, and remote control, as docs/coming-from-celery.md shows them.
 */
@DocumentedTest
class ComingFromCeleryCallsIntegrationTests {

	@Autowired
	private MathTasks tasks;

	@Autowired
	private Web web;

	@BeforeAll
	static void awaitWorker(@Autowired CeleryControl control) {
		await().until(() -> !control.withLimit(1).ping().isEmpty());
	}

	@Test
	void delay(@Autowired CeleryOperations celery) {
		AsyncResult<Integer> result = celery.send(ADD, 2, 2);
		Integer four = result.get(TIMEOUT);
		assertThat(four).isEqualTo(4);
		assertThat(celery.send("tasks.add", 2, 2).as(Integer.class).get(TIMEOUT)).isEqualTo(4);
		assertThat(celery.send(ADD.s(2, 2)).as(Integer.class).get(TIMEOUT)).isEqualTo(4);
		assertThat(celery.sendAsync(ADD.s(2, 2)).join().as(Integer.class).get(TIMEOUT)).isEqualTo(4);
		assertThat(celery.sendAll(List.of(ADD.s(2, 2), ADD.s(3, 3)))).extracting((each) -> each.get(TIMEOUT))
			.extracting(Object::toString)
			.containsExactly("4", "6");
	}

	@Test
	void applyAsync(@Autowired CeleryOperations celery) {
		AsyncResult<Integer> result = celery.task(ADD)
			.args(2)
			.kwarg("y", 2)
			.countdown(Duration.ofSeconds(1))
			.expires(Duration.ofMinutes(1))
			.priority(3)
			.link(NOTE.s())
			.linkError(LOG_ERROR.s())
			.send();
		assertThat(result.get(TIMEOUT)).isEqualTo(4);
		await().untilAsserted(() -> assertThat(this.tasks.notes).contains(4));
	}

	@Test
	void allOptions(@Autowired CeleryOperations celery) {
		String id = UUID.randomUUID().toString();
		Instant soon = Instant.now();
		AsyncResult<?> result = celery.task("feeds.request")
			.kwargs(Map.of())
			.taskId(id)
			.eta(soon)
			.expires(soon.plusSeconds(60))
			.timeLimits(Duration.ofSeconds(30), Duration.ofSeconds(60))
			.serializer("yaml")
			.compression("gzip")
			.ignoreResult(false)
			.shadow("feeds.shadow")
			.header("tenant", "acme")
			.queue("archive")
			.send();
		JsonNode request = result.as(JsonNode.class).get(TIMEOUT);
		assertThat(request.get("ids").toString()).isEqualTo("[\"" + id + "\",\"" + id + "\",null,null]");
		assertThat(request.get("name").asString()).isEqualTo("feeds.request");
		assertThat(request.get("headers").toString()).isEqualTo("{\"tenant\":\"acme\"}");
		assertThat(request.get("sent").toString()).isEqualTo("[\"archive\",0,false]");
		assertThat(request.get("limits").toString()).isEqualTo("[30,60]");
		assertThat(request.get("shadow").asString()).isEqualTo("feeds.shadow");
		assertThat(request.get("current").asBoolean()).isTrue();
		assertThat(request.get("asked to end").asBoolean()).isFalse();
		assertThat(celery.task(ADD).args(1, 1).exchange("archive").routingKey("archive").send().get(TIMEOUT))
			.isEqualTo(2);
		assertThat(celery.send(ADD.s(1, 1), (options) -> options.replyTo("me")).as(Integer.class).get(TIMEOUT))
			.isEqualTo(2);
	}

	@Test
	void results(@Autowired CeleryOperations celery) {
		AsyncResult<Integer> result = celery.send(ADD, 2, 2);
		result.get(TIMEOUT);
		TaskResult document = celery.result(result.id()).document();
		assertThat(document.state()).isEqualTo(TaskState.SUCCESS);
		assertThat(document.result()).hasToString("4");
		assertThat(document.traceback()).isNull();
		assertThat(document.dateDone()).isNotNull();
		assertThat(document.extended().name()).isEqualTo("tasks.add");
		assertThat(document.extended().args()).isEqualTo(List.of(2, 2));
		assertThat(document.extended().worker()).startsWith("documented@");
		assertThat(result.ready() && result.successful()).isTrue();
		assertThat(result.failed()).isFalse();
		assertThat(result.toFuture().thenApply((four) -> four + 1).join()).isEqualTo(5);
		result.forget();
		assertThat(result.state()).isEqualTo(TaskState.PENDING);
		assertThat(result.ready() || result.successful()).isFalse();
	}

	@Test
	void failures(@Autowired CeleryOperations celery) {
		AsyncResult<Integer> result = celery.send(FAIL);
		String problem;
		try {
			result.get(TIMEOUT);
			problem = "none";
		}
		catch (RemoteTaskException ex) {
			problem = ex.getType() + ": " + ex.getRemoteMessage();
		}
		assertThat(problem).isEqualTo("IllegalStateException: no luck");
		assertThat(result.document().traceback()).contains("MathTasks.fail");
		assertThat(result.ready() && result.failed()).isTrue();
	}

	@Test
	void groupResults(@Autowired CeleryOperations celery) {
		GroupResult<Integer> result = celery.send(group(ADD.s(2, 2), ADD.s(4, 4))).asListOf(Integer.class);
		List<Integer> sums = result.get(TIMEOUT);
		assertThat(sums).containsExactly(4, 8);
		assertThat(result.completedCount()).isEqualTo(2);
		assertThat(result.ready() && result.successful()).isTrue();
		assertThat(result.failed() || result.waiting()).isFalse();
		assertThat(result.results().get(1).get(TIMEOUT)).isEqualTo(8);

		List<Integer> asTheyEnd = new ArrayList<>();
		Iterator<AsyncResult<Integer>> ended = result.iterate(TIMEOUT);
		while (ended.hasNext()) {
			asTheyEnd.add(ended.next().get(TIMEOUT));
		}
		assertThat(asTheyEnd).containsExactlyInAnyOrder(4, 8);

		AtomicInteger sum = new AtomicInteger();
		result.forEach((each) -> sum.addAndGet(each.get(TIMEOUT))).join();
		assertThat(sum).hasValue(12);

		result.save();
		GroupResult<?> restored = celery.restoreGroup(result.id());
		assertThat(restored.asListOf(Integer.class).get(TIMEOUT)).isEqualTo(sums);
		restored.delete();
		assertThat(celery.restoreGroup(result.id())).isNull();
		result.forget();
		assertThat(result.completedCount()).isZero();
	}

	@Test
	void parentsAndChildren(@Autowired CeleryOperations celery) {
		AsyncResult<?> last = celery.send(chain(ADD.s(2, 2), ADD.s(4)));
		assertThat(last.as(Integer.class).get(TIMEOUT)).isEqualTo(8);
		AsyncResult<?> first = last.parent();
		assertThat(first.as(Integer.class).get(TIMEOUT)).isEqualTo(4);
		List<AsyncResult<?>> sent = first.children();
		assertThat(sent).extracting(AsyncResult::id).containsExactly(last.id());
		AsyncResult<?> body = celery.send(chord(group(ADD.s(1, 1), ADD.s(2, 2)), XSUM.s()));
		GroupResult<?> header = (GroupResult<?>) body.parent();
		assertThat(header.results()).hasSize(2);
		assertThat(body.tree().parent().members()).hasSize(2);
		assertThat(body.as(Integer.class).get(TIMEOUT)).isEqualTo(6);
	}

	@Test
	void revoked(@Autowired CeleryOperations celery, @Autowired CeleryControl control) {
		List<AsyncResult<?>> all = celery.sendAll(Collections.nCopies(4, signature("feeds.import", List.of("/i"))));
		await().until(() -> all.stream().allMatch((each) -> each.state().equals(TaskState.STARTED)));
		AsyncResult<Integer> waiting = celery.send(ADD, 2, 2);
		AsyncResult<Integer> other = celery.send(ADD, 2, 2);
		AsyncResult<?> stamped = celery.send(ADD.s(2, 2).stamp(Map.of("customer", "acme")));
		control.revokeByStampedHeaders(Map.of("customer", List.of("acme")), false, null);
		waiting.revoke();
		control.revoke(other.id());
		await().untilAsserted(() -> assertThat(control.withLimit(1).revoked().toString()).contains(other.id()));
		AsyncResult<?> running = all.get(0);
		Map<String, JsonNode> active = control.withTimeout(TIMEOUT).withLimit(1).active();
		assertThat(active.toString()).contains(running.id());
		running.revoke(true);
		control.revoke(List.of(all.get(1).id()), true, "SIGKILL");
		for (AsyncResult<?> each : List.of(running, all.get(1), waiting, other, stamped)) {
			assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> each.get(TIMEOUT));
			assertThat(each.state()).isEqualTo(TaskState.REVOKED);
		}
		this.web.gate.release(2);
		assertThat(all.subList(2, 4)).allSatisfy((each) -> assertThat(each.get(TIMEOUT)).hasToString("1"));
	}

	@Test
	void remoteControl(@Autowired CeleryControl control) {
		String worker = control.withTimeout(TIMEOUT).withLimit(1).ping().iterator().next();
		CeleryControl one = control.withTimeout(TIMEOUT).to(worker);
		Map<String, JsonNode> replies = one.rateLimit("tasks.mul", "200/s");
		assertThat(replies.get(worker).toString()).contains("ok");
		assertThat(one.timeLimit("tasks.mul", Duration.ofMinutes(1), Duration.ofMinutes(2)).get(worker).toString())
			.contains("ok");
		assertThat(one.registered().get(worker).toString()).contains("tasks.add");
		assertThat(one.reserved().get(worker).toString()).isEqualTo("[]");
		assertThat(one.scheduled().get(worker).toString()).isEqualTo("[]");
		assertThat(one.stats().get(worker).get("pool").get("max-concurrency").asInt()).isEqualTo(4);
		assertThat(one.activeQueues().get(worker).toString()).contains("archive");
		assertThat(one.queryTask("unknown").get(worker).toString()).isEqualTo("{}");
		assertThat(one.conf().get(worker).get("worker_concurrency").asInt()).isEqualTo(4);
		assertThat(one.call("greet", Map.of("name", "Ada")).get(worker).asString()).isEqualTo("Hello, Ada");
		assertThat(one.call("clock", Map.of()).get(worker).get("clock").asLong()).isPositive();
		one.cast("greet", Map.of("name", "nobody"));
		assertThat(control.matching("documented@*", "glob").withLimit(1).withTimeout(TIMEOUT).ping())
			.containsExactly(worker);
	}

	@Test
	void deadLetters(@Autowired CeleryOperations celery, @Autowired DeadLetterOperations deadLetters) {
		AsyncResult<?> unknown = celery.task("tasks.nosuch").queue("archive").send();
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> unknown.get(TIMEOUT))
			.satisfies((ex) -> assertThat(ex.getType()).isEqualTo("NotRegistered"));
		await().until(() -> deadLetters.count("archive") == 1);
		long replayed = deadLetters.replayAll("archive", (letter) -> "tasks.nosuch".equals(letter.task()));
		assertThat(replayed).isEqualTo(1);
		await().until(() -> deadLetters.count("archive") == 1);
		assertThat(deadLetters.purge("archive")).isEqualTo(1);
	}

	@Test
	void manyAtOnce(@Autowired CeleryOperations celery) {
		GroupResult<?> skewed = celery.send(group(IntStream.rangeClosed(1, 3)
			.mapToObj((i) -> ADD.s(i, i).with((options) -> options.countdown(Duration.ofMillis(100 * i))))));
		assertThat(skewed.asListOf(Integer.class).get(TIMEOUT)).containsExactly(2, 4, 6);
	}

}
