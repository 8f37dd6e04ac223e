package io.github.celeryspring.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.DisabledResultBackend;
import io.github.celeryspring.task.CurrentTask;
import io.github.celeryspring.testsupport.RunningTask;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

class CeleryTemplateTests {

	private static final BrokerUnavailableException AWAY = new BrokerUnavailableException("Redis is away", null);

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private final TaskMessageCodec codec = new TaskMessageCodec(this.serializers);

	private final RecordingTransport transport = new RecordingTransport();

	private CeleryTemplate template(Consumer<CeleryTemplate.Builder> customizer) {
		CeleryTemplate.Builder builder = CeleryTemplate.builder(this.transport, this.codec, new DisabledResultBackend(),
				this.serializers);
		customizer.accept(builder);
		return builder.build();
	}

	private CeleryTemplate template() {
		return template((builder) -> {
		});
	}

	private TaskMessage sent() {
		assertThat(this.transport.messages()).hasSize(1);
		return this.codec.decode(this.transport.messages().get(0));
	}

	@Test
	void sendsNameAndArgumentsToTheDefaultQueue() {
		AsyncResult<?> result = template().send("tasks.add", 2, null, "é");
		TaskMessage message = sent();
		assertThat(message.headers().task()).isEqualTo("tasks.add");
		assertThat(message.headers().id()).isEqualTo(result.id()).hasSize(36);
		assertThat(message.headers().rootId()).isEqualTo(result.id());
		assertThat(message.headers().parentId()).isNull();
		assertThat(message.headers().ignoreResult()).isNull();
		assertThat(message.body().args()).hasToString("[2, null, \"é\"]");
		assertThat(message.deliveryInfo().exchange()).isEmpty();
		assertThat(message.deliveryInfo().routingKey()).isEqualTo("celery");
		assertThat(message.priority()).isZero();
		assertThat(message.replyTo()).isNotBlank();
	}

	@Test
	void sendsEveryOption() {
		Instant eta = Instant.parse("2030-01-02T03:04:05.123456Z");
		AsyncResult<Integer> result = template().task("tasks.add")
			.args(1, 2)
			.args(3)
			.kwarg("a", 1)
			.kwargs(Map.of("b", List.of(2)))
			.queue("math")
			.priority(7)
			.header("x-custom", "v")
			.taskId("my-id")
			.eta(eta)
			.expires(eta.plusSeconds(1))
			.ignoreResult(false)
			.shadow("shown")
			.timeLimits(Duration.ofSeconds(20), Duration.ofMillis(30500))
			.returning(Integer.class)
			.send();
		assertThat(result.id()).isEqualTo("my-id");
		TaskMessage message = sent();
		assertThat(message.body().args()).hasToString("[1, 2, 3]");
		assertThat(message.body().kwargs()).hasToString("{a=1, b=[2]}");
		assertThat(message.deliveryInfo().routingKey()).isEqualTo("math");
		assertThat(message.priority()).isEqualTo(7);
		assertThat(message.headers().others()).containsEntry("x-custom", "v");
		assertThat(message.headers().eta()).isEqualTo(eta);
		assertThat(message.headers().expires()).isEqualTo(eta.plusSeconds(1));
		assertThat(message.headers().ignoreResult()).isFalse();
		assertThat(message.headers().shadow()).isEqualTo("shown");
		assertThat(message.headers().softTimeLimit()).isEqualTo(20);
		assertThat(message.headers().timeLimit()).isEqualTo(30.5);
	}

	@Test
	void countsFromTheTimeOfSending() {
		template().task("t").countdown(Duration.ofMinutes(5)).expires(Duration.ofHours(1)).send();
		assertThat(sent().headers().eta()).isCloseTo(Instant.now().plusSeconds(300), within(Duration.ofSeconds(10)));
		assertThat(sent().headers().expires()).isCloseTo(Instant.now().plusSeconds(3600),
				within(Duration.ofSeconds(10)));
	}

	@Test
	void aNegativeCountdownIsNow() {
		template().task("t").countdown(Duration.ofDays(-1)).send();
		assertThat(sent().headers().eta()).isCloseTo(Instant.now(), within(Duration.ofSeconds(10)));
	}

	@Test
	void refusesContradictions() {
		Duration delay = Duration.ofSeconds(1);
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> template().task("t").eta(Instant.now()).countdown(delay).send())
			.withMessageContaining("both eta and countdown");
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> template().task("t").expires(Instant.now()).expires(delay).send())
			.withMessageContaining("both expires and expiresIn");
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> template().task("t").countdown(Duration.ofSeconds(Long.MAX_VALUE)).send())
			.withMessageContaining("too long");
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> template().task("t").queue(" ").send())
			.withMessageContaining("blank");
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> template().send("t", new Object()));
		assertThat(template().sendAsync(TaskSignature.of("t", new Object()))).isCompletedExceptionally();
		assertThat(this.transport.pushed).isEmpty();
	}

	@Test
	void routesByOptionThenRoutersThenDefault() {
		CeleryTemplate template = template((builder) -> builder.defaultQueue("default")
			.routers(List.of((signature) -> signature.task().equals("a") ? TaskOptions.toQueue("first") : null,
					(signature) -> signature.task().startsWith("a") ? TaskOptions.toQueue("second") : null)));
		template.send("a");
		template.send("ab");
		template.send("b");
		template.task("a").queue("explicit").send();
		assertThat(this.transport.messages()).extracting((message) -> message.properties().deliveryInfo().routingKey())
			.containsExactly("first", "second", "default", "explicit");
	}

	@Test
	void aTaskSentByATaskIsItsChild() throws Exception {
		RunningTask running = new RunningTask("parent", "root");
		List<String> ids = CurrentTask.call(running, () -> {
			CeleryTemplate template = template();
			String first = template.send("a").id();
			String second = template.sendAsync(TaskSignature.of("b")).join().id();
			String third = template.sendAll(List.of(TaskSignature.of("c"))).get(0).id();
			this.transport.fail(new CeleryException("refused"));
			assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> template.send("d"));
			return List.of(first, second, third);
		});
		assertThat(running.children()).containsExactlyElementsOf(ids);
		for (KombuMessage message : this.transport.messages()) {
			assertThat(message.headers()).containsEntry("root_id", "root").containsEntry("parent_id", "parent");
		}
	}

	@Test
	void retriesWithTheVerySameMessage() {
		this.transport.fail(AWAY).fail(AWAY).fail(AWAY);
		template().send("t");
		assertThat(this.transport.pushed).hasSize(4);
		assertThat(this.transport.messages().stream().distinct()).hasSize(1);
	}

	@Test
	void givesUpAfterTheRetries() {
		this.transport.answerToTheRest = CompletableFuture.failedFuture(AWAY);
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> template().send("t"))
			.withMessageContaining("task t[")
			.withMessageContaining("4 tries")
			.withMessageContaining("Redis is away");
		assertThat(this.transport.pushed).hasSize(4);
	}

	@Test
	void retriesNeitherWhenToldNotToNorWhatIsRefusedForGood() {
		this.transport.fail(AWAY);
		PublishRetryPolicy never = new PublishRetryPolicy(false, null, Duration.ZERO, Duration.ZERO, Duration.ZERO);
		assertThatExceptionOfType(BrokerUnavailableException.class)
			.isThrownBy(() -> template((builder) -> builder.publishRetry(never)).send("t"));
		this.transport.fail(new IllegalStateException("NOPERM no permission"));
		assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> template().send("t"))
			.withMessageContaining("NOPERM")
			.isNotInstanceOf(BrokerUnavailableException.class);
		assertThat(this.transport.pushed).hasSize(2);
	}

	@Test
	void everySendHasADeadline() {
		this.transport.answerToTheRest = new CompletableFuture<>();
		CeleryTemplate template = template((builder) -> builder.sendTimeout(Duration.ofMillis(200)));
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> template.send("t"))
			.withMessageContaining("within PT0.2S");
		assertThatExceptionOfType(BrokerUnavailableException.class)
			.isThrownBy(() -> template.sendAll(List.of(TaskSignature.of("t"))));
		assertThat(template.sendAsync(TaskSignature.of("t"))).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withCauseInstanceOf(BrokerUnavailableException.class);
	}

	@Test
	void theDeadlineEndsTheRetries() {
		this.transport.answerToTheRest = CompletableFuture.failedFuture(AWAY);
		PublishRetryPolicy forEver = new PublishRetryPolicy(true, null, Duration.ofMillis(10), Duration.ZERO,
				Duration.ofMillis(10));
		CeleryTemplate template = template(
				(builder) -> builder.sendTimeout(Duration.ofMillis(300)).publishRetry(forEver));
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> template.send("t"))
			.withMessageContaining("within PT0.3S");
		assertThat(this.transport.pushed).hasSizeBetween(2, 40);
	}

	@Test
	void anInterruptedSendFailsAndKeepsTheFlag() {
		this.transport.answerToTheRest = new CompletableFuture<>();
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> template().send("t"))
			.withMessageContaining("Interrupted");
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void callbacksOfSendAsyncRunOnThreadsOfTheirOwn() {
		CompletableFuture<Void> answer = new CompletableFuture<>();
		this.transport.answer(answer);
		CompletableFuture<String> thread = template().task("t")
			.sendAsync()
			.thenApply((result) -> Thread.currentThread().getName());
		answer.complete(null);
		assertThat(thread).succeedsWithin(Duration.ofSeconds(5)).asString().startsWith("celery-client-");
	}

	@Test
	void sendsManyInOrderInChunks() {
		List<TaskSignature> signatures = IntStream.range(0, 1234).mapToObj((i) -> TaskSignature.of("t", i)).toList();
		List<AsyncResult<?>> results = template().sendAll(signatures);
		assertThat(this.transport.pushed).hasSizeLessThan(10);
		List<KombuMessage> messages = this.transport.messages();
		assertThat(messages).hasSize(1234);
		for (int i = 0; i < 1234; i++) {
			assertThat(messages.get(i).headers()).containsEntry("id", results.get(i).id())
				.containsEntry("argsrepr", "(" + i + ",)");
		}
		assertThat(template().sendAll(List.of())).isEmpty();
	}

	@Test
	void anInvalidOneOfManyPreventsAll() {
		List<TaskSignature> signatures = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			signatures.add(TaskSignature.of("t", i));
		}
		signatures.add(TaskSignature.of("t", new Object()));
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> template().sendAll(signatures));
		assertThat(this.transport.pushed).isEmpty();
	}

	@Test
	void pushesAgainOnlyTheChunkThatFailed() {
		this.transport.answer(CompletableFuture.completedFuture(null)).fail(AWAY);
		List<TaskSignature> signatures = IntStream.range(0, 1500).mapToObj((i) -> TaskSignature.of("t", i)).toList();
		List<AsyncResult<?>> results = template().sendAll(signatures);
		assertThat(results).hasSize(1500);
		assertThat(this.transport.pushed).hasSize(4);
		assertThat(this.transport.messages().stream().distinct()).hasSize(1500);
	}

	@Test
	void limitsWhatIsInFlight() {
		this.transport.answerToTheRest = new CompletableFuture<>();
		List<TaskSignature> signatures = IntStream.range(0, 10_000).mapToObj((i) -> TaskSignature.of("t", i)).toList();
		assertThatExceptionOfType(BrokerUnavailableException.class)
			.isThrownBy(() -> template((builder) -> builder.sendTimeout(Duration.ofMillis(100))).sendAll(signatures));
		assertThat(this.transport.messages()).hasSizeLessThan(5000);
	}

	@Test
	void neverWaitsForAResultThatIsNotStored() {
		List<AsyncResult<?>> results = List.of(template().task("t").ignoreResult(true).send(),
				template((builder) -> builder.ignoreResult(true)).send("t"),
				template()
					.sendAll(List
						.of(TaskSignature.of("t").withOptions(TaskOptions.builder().ignoreResult(true).build())))
					.get(0));
		for (AsyncResult<?> result : results) {
			assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> result.get(Duration.ofDays(1)))
				.withMessageContaining("ignore_result");
			assertThat(result.as(String.class).toFuture()).isCompletedExceptionally();
		}
		assertThat(this.transport.messages())
			.allSatisfy((message) -> assertThat(message.headers()).containsEntry("ignore_result", true));
	}

	@Test
	void tellsThatNoResultsAreKept() {
		AsyncResult<?> result = template().send("t");
		assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> result.get(Duration.ofDays(1)))
			.withMessageContaining("disabled://");
		assertThatExceptionOfType(CeleryException.class).isThrownBy(result::state).withMessageContaining("disabled://");
		assertThat(result.toFuture()).isCompletedExceptionally();
	}

}
