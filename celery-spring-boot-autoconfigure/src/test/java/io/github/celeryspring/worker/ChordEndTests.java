package io.github.celeryspring.worker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.IgnoreException;
import io.github.celeryspring.task.RejectException;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.testsupport.CanvasTasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * However a part of a chord comes to an end, the chord ends, too, and once.
 */
@ExtendWith(OutputCaptureExtension.class)
class ChordEndTests {

	private static final String PART = "part";

	private final CanvasTasks tasks = new CanvasTasks();

	private final TestWorker worker = new TestWorker();

	private final CountDownLatch release = new CountDownLatch(1);

	@BeforeEach
	void defineTasks() {
		this.tasks.handlers().forEach(this.worker::task);
		this.worker.task("reject", (context, body) -> {
			throw new RejectException("not mine", false);
		}).task("ignore", (context, body) -> {
			throw new IgnoreException();
		}).task("wait", (context, body) -> {
			this.release.await();
			return 1;
		});
		this.worker.task(TaskDefinition.builder("slow", (context, body) -> {
			this.release.await();
			return 1;
		}).options((options) -> options.timeLimit(Duration.ofMillis(50))).build());
	}

	@AfterEach
	void stop() {
		this.release.countDown();
		this.worker.awaitSettled();
		this.worker.close();
	}

	private static TaskSignature task(String name, Object... args) {
		return TaskSignature.of(name, args);
	}

	private static TaskSignature part(String name) {
		return task(name).with((options) -> options.taskId(PART));
	}

	private static Chord with(Signature part) {
		TaskSignature errback = task("same").with((options) -> options.taskId("errback"));
		return chord(group(part, task("add", 1)), task("sum").linkError(errback));
	}

	private void assertFailed(ResultTree chord, String reason) {
		TaskResult result = this.worker.results.await(chord.id());
		assertThat(result.state()).isEqualTo(TaskState.FAILURE);
		TaskFailure failure = (TaskFailure) result.result();
		assertThat(failure.type()).isEqualTo("ChordError");
		assertThat(failure.message().toString()).contains(reason);
		assertThat(this.worker.results.await("errback").result()).hasToString("\"" + chord.id() + "\"");
		this.worker.awaitSettled();
		assertThat(this.tasks.calls("sum")).isEmpty();
		assertThat(this.tasks.calls("same")).hasSize(1);
	}

	static Stream<Arguments> parts() {
		return Stream.of(Arguments.of("rejected", part("reject"), "Dependency part raised Reject('not mine', False)"),
				Arguments.of("ignored", part("ignore"), "Dependency part raised Ignore()"),
				Arguments.of("ignored in a chain", chain(task("ignore"), part("add")),
						"Dependency part raised Ignore()"),
				Arguments.of("over its time", part("slow"), "Dependency part raised TimeLimitExceeded(0.05)"),
				Arguments.of("not known", part("nobody.knows"), "Dependency part raised NotRegistered('nobody.knows')"),
				Arguments.of("too late", part("add").with((options) -> options.expires(Duration.ofHours(-1))),
						"Dependency part raised TaskRevokedError('expired')"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("parts")
	void aPartIs(String how, Signature part, String reason) {
		this.worker.start();
		assertFailed(this.worker.send(with(part)), reason);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("parts")
	void aPartThatIsAcknowledgedEarlyIs(String how, Signature part, String reason) {
		this.worker.start((options) -> options.acksLate(false));
		assertFailed(this.worker.send(with(part)), reason);
	}

	@Test
	void aPartThatFailsGoesToTheDeadLetters() {
		this.worker.start((options) -> options.acksOnFailure(false));
		assertFailed(this.worker.send(with(part("fail"))), "Dependency part raised IllegalStateException('boom')");
		assertThat(this.worker.deadLetter().headers()).containsEntry("id", PART);
	}

	@Test
	void aPartIsRevokedBefore() {
		this.worker.start();
		this.worker.control.revoke(List.of(PART), false, null);
		await().until(() -> this.worker.control.revoked().toString().contains(PART));
		assertFailed(this.worker.send(with(part("add"))), "Dependency part raised TaskRevokedError('revoked')");
	}

	@Test
	void aPartIsTerminated() {
		this.worker.start();
		ResultTree chord = this.worker.send(with(part("wait")));
		await().until(() -> !this.worker.worker.snapshot().active().isEmpty());
		this.worker.control.revoke(List.of(PART), true, null);
		assertFailed(chord, "Dependency part raised TaskRevokedError('terminated')");
	}

	@Test
	void aPartIsDeliveredTooOften() {
		for (int i = 0; i < 3; i++) {
			Delivery delivery = this.worker.transport.deliver("celery", new byte[0]);
			delivery.countDelivery(PART);
			delivery.ack();
		}
		Prepared chord = push(with(part("add")), KombuMessage::body, true);
		this.worker.start((options) -> options.maxDeliveries(3));
		assertFailed(chord.result(), "Dependency part raised WorkerLostError('Begun 4 times and never finished')");
	}

	@Test
	void aPartCannotBeDecoded() {
		Prepared chord = push(with(part("add")), (message) -> "[".getBytes(StandardCharsets.UTF_8), false);
		this.worker.start((options) -> options.concurrency(1));
		assertFailed(chord.result(), "Dependency part raised DecodeError(");
		assertThat(this.worker.deadLetter().headers()).isNotEmpty();
	}

	@Test
	void theLastPartCannotBeDecoded(CapturedOutput output) {
		Chord reversed = chord(group(task("add", 1), part("add")), task("sum"));
		Prepared chord = push(reversed, (message) -> "[".getBytes(StandardCharsets.UTF_8), false);
		this.worker.start((options) -> options.concurrency(1));
		await().until(() -> output.toString()
			.contains("Chord " + chord.child().id() + " will not end: task part, the last part of it"));
	}

	/** Sends a chord, but changes the message of the part. */
	private Prepared push(Signature work, Function<KombuMessage, byte[]> body, boolean redelivered) {
		Prepared prepared = this.worker.canvas().prepare(work, List.of(), TaskOptions.NONE, null);
		this.worker.canvas().announce(prepared);
		for (KombuMessage message : prepared.messages()) {
			KombuMessage sent = PART.equals(message.headers().get("id"))
					? new KombuMessage(body.apply(message), message.contentType(), message.contentEncoding(),
							message.headers(), redelivered ? message.properties().redelivered() : message.properties())
					: message;
			this.worker.transport.push("celery", new KombuMessageCodec().encode(sent));
		}
		return prepared;
	}

	@Test
	void theBodyIsSentByTheOneWhoGotTheMessageOfThePart() {
		Prepared chord = this.worker.canvas().prepare(with(part("wait")), List.of(), TaskOptions.NONE, null);
		this.worker.start();
		this.worker.canvas().announce(chord);
		this.worker.canvas().publish(chord.messages());
		await().until(() -> !this.worker.worker.snapshot().active().isEmpty());
		await().until(() -> this.tasks.calls("add").size() == 1 && this.worker.transport.unacked() == 1);
		this.worker.transport.loseLeases();
		this.release.countDown();
		this.worker.awaitSettled();
		assertThat(this.worker.transport.messages("celery")).isEmpty();
		this.worker.transport.recover();
		KombuMessage part = chord.messages().get(0);
		this.worker.transport.push("celery", new KombuMessageCodec().encode(new KombuMessage(part.body(),
				part.contentType(), part.contentEncoding(), part.headers(), part.properties().redelivered())));
		assertThat(this.worker.results.await(chord.result().id()).result()).isEqualTo(2);
	}

	@Test
	void whatFollowsARefusedPartIsSentByTheOneWhoGotItsMessage() {
		this.worker.task("lost", (context, body) -> {
			this.worker.transport.loseLeases();
			throw new RejectException("not mine", false);
		}).start();
		TaskSignature errback = task("same").with((options) -> options.taskId("errback"));
		this.worker.send(part("lost").linkError(errback));
		this.worker.results.await(PART);
		this.worker.awaitSettled();
		assertThat(this.tasks.calls("same")).isEmpty();
		assertThat(this.worker.transport.messages("celery")).isEmpty();
	}

}
