package io.github.celeryspring.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.DisabledResultBackend;
import io.github.celeryspring.result.GroupResult;
import io.github.celeryspring.task.CurrentTask;
import io.github.celeryspring.testsupport.RunningTask;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CeleryTemplateCanvasTests {

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private final TaskMessageCodec codec = new TaskMessageCodec(this.serializers);

	private final RecordingTransport transport = new RecordingTransport();

	private final CeleryTemplate template = CeleryTemplate
		.builder(this.transport, this.codec, new DisabledResultBackend(), this.serializers)
		.build();

	private static TaskSignature task(String name) {
		return TaskSignature.of(name);
	}

	private List<String> sentIds() {
		return this.transport.messages().stream().map((message) -> (String) message.headers().get("id")).toList();
	}

	@Test
	void theHandleOfAChainIsThatOfItsLastTask() {
		AsyncResult<?> last = this.template.send(chain(task("a"), task("b"), task("c")));
		KombuMessage first = this.transport.messages().get(0);
		assertThat(this.transport.messages()).hasSize(1);
		List<?> rest = Objects.requireNonNull(this.codec.decode(first).body().embed().chain());
		assertThat(rest).extracting((each) -> Signature.of((JsonNode) each).options().taskId())
			.containsExactly(last.id(), Objects.requireNonNull(last.parent()).id());
		assertThat(Objects.requireNonNull(last.parent()).parent()).extracting(AsyncResult::id)
			.isEqualTo(first.headers().get("id"));
	}

	@Test
	void groupsGoInChunksInOrder() {
		GroupResult<?> result = this.template.send(group(IntStream.range(0, 1234).mapToObj((i) -> task("t" + i))));
		assertThat(this.transport.pushed).hasSizeLessThan(10);
		assertThat(sentIds()).containsExactlyElementsOf(result.results().stream().map(AsyncResult::id).toList());
		assertThat(this.transport.messages())
			.allSatisfy((message) -> assertThat(message.headers()).containsEntry("group", result.id()));
	}

	@Test
	void anEmptyGroupSendsNothing() {
		assertThat(this.template.send(group()).results()).isEmpty();
		assertThat(this.template.sendAsync(chain()).join()).isInstanceOf(GroupResult.class);
		assertThat(this.transport.pushed).isEmpty();
	}

	@Test
	void sendsCanvasesOfAllKindsTogether() {
		List<AsyncResult<?>> results = this.template
			.sendAll(List.of(task("a"), chain(task("b"), task("c")), group(task("d"), task("e"))));
		assertThat(this.transport.messages()).extracting((message) -> message.headers().get("task"))
			.containsExactly("a", "b", "d", "e");
		assertThat(sentIds()).startsWith(results.get(0).id(), Objects.requireNonNull(results.get(1).parent()).id());
		assertThat(results.get(2)).isInstanceOf(GroupResult.class);
	}

	@Test
	void aChordNeedsResults() {
		Signature chord = chord(group(task("a"), task("b")), task("c"));
		assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> this.template.send(chord))
			.withMessageContaining("Chords need");
		assertThat(this.template.sendAsync(chord)).isCompletedExceptionally();
		assertThat(this.transport.pushed).isEmpty();
	}

	@Test
	void whatATaskSendsFirstIsItsChild() throws Exception {
		RunningTask running = new RunningTask("parent", "root");
		AtomicReference<AsyncResult<?>> sent = new AtomicReference<>();
		CurrentTask.call(running, () -> {
			this.template.send(chain(task("a"), task("b")));
			sent.set(this.template.sendAsync(group(task("c"), chain(task("d"), task("e")))).join());
			return null;
		});
		assertThat(running.children()).containsExactly(sentIds().get(0), sent.get().id());
		assertThat(this.transport.messages())
			.allSatisfy((message) -> assertThat(message.headers()).containsEntry("root_id", "root")
				.containsEntry("parent_id", "parent"));
	}

	@Test
	void tellsWhatWasNotSent() {
		this.transport.fail(new CeleryException("refused"));
		assertThatExceptionOfType(CeleryException.class)
			.isThrownBy(() -> this.template.send(group(task("a"), task("b"))))
			.withMessageContaining("refused");
		this.transport.answerToTheRest = CompletableFuture
			.failedFuture(new BrokerUnavailableException("Redis is away", null));
		assertThat(this.template.sendAsync(chain(task("a"), task("b")))).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.havingRootCause()
			.withMessageContaining("Redis is away");
	}

	@Test
	void optionsOfACallBecomeWhatCeleryMakesOfThem() {
		this.template.task("a").exchange("e").routingKey("k").link(task("b")).linkError(task("c")).send();
		this.template.send(task("a"),
				(options) -> options.retries(2)
					.group("g", 3)
					.stamp("s", "v")
					.other("x", 1)
					.other("add_to_parent", false)
					.replacedTaskNesting(4));
		TaskMessage linked = this.codec.decode(this.transport.messages().get(0));
		assertThat(linked.deliveryInfo().exchange()).isEqualTo("e");
		assertThat(linked.deliveryInfo().routingKey()).isEqualTo("k");
		assertThat(linked.body().embed().callbacks()).hasSize(1);
		assertThat(linked.body().embed().errbacks()).hasSize(1);
		TaskMessage other = this.codec.decode(this.transport.messages().get(1));
		assertThat(other.headers().retries()).isEqualTo(2);
		assertThat(other.headers().group()).isEqualTo("g");
		assertThat(other.headers().groupIndex()).isEqualTo(3);
		assertThat(other.headers().stampedHeaders()).containsExactly("s");
		assertThat(other.headers().stamps()).containsEntry("s", "v");
		assertThat(other.headers().replacedTaskNesting()).isEqualTo(4);
		assertThat(other.properties()).isEqualTo(Map.of("x", 1));
	}

}
