package io.github.celeryspring.worker;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.DeadLetterPolicy;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class CeleryWorkerDeadLetterTests {

	private final TestWorker test = new TestWorker();

	private final AtomicInteger runs = new AtomicInteger();

	@AfterEach
	void stop() {
		this.test.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			application/x-python-serialize | x                     | kombu.exceptions.ContentDisallowed
			application/x-yaml             | - [1]                 | kombu.exceptions.ContentDisallowed
			application/json               | [1                    | kombu.exceptions.DecodeError
			application/json               | {}                    | celery.exceptions.InvalidTaskError
			application/json               | [[], {}]              | celery.exceptions.InvalidTaskError
			""")
	void whoeverWaitsForWhatCannotBeDecodedIsTold(String contentType, String body, String exception,
			CapturedOutput output) {
		start();
		push(message(contentType, body, Map.of("task", "t", "id", "lost", "group", "g", "parent_id", "p")));
		TaskFailure failure = (TaskFailure) this.test.results.await("lost").result();
		assertThat(failure.module() + "." + failure.type()).isEqualTo(exception);
		assertThat(this.test.results.await("lost").groupId()).isEqualTo("g");
		assertThat(this.test.results.await("lost").parentId()).isEqualTo("p");
		assertThat(this.test.deadLetter().headers()).containsEntry(DeadLetterHeaders.COUNT, 1);
		this.test.awaitSettled();
		assertThat(errors(output)).isEqualTo(1);
	}

	@Test
	void whoeverWaitsForAForeignMessageOfProtocol1IsTold() {
		start();
		push(message("application/x-python-serialize", "x", Map.of()));
		assertThat(this.test.results.await("correlation").state()).isEqualTo(TaskState.FAILURE);
	}

	@Test
	void whatCannotBeDecodedIsKeptThoughItsFailureCannotBeStored() {
		this.test.results.refuse((result) -> true);
		start();
		push(message("application/json", "[1", Map.of("task", "t", "id", "lost")));
		assertThat(this.test.deadLetter().headers()).containsKey(DeadLetterHeaders.REASON);
		this.test.awaitSettled();
	}

	@Test
	void messageThatIsNeverFinishedIsNotBegunAgain(CapturedOutput output) {
		start();
		countDeliveries("killer", 2);
		push(redelivered("killer"));
		TaskFailure failure = (TaskFailure) this.test.results.await("killer").result();
		assertThat(failure.module() + "." + failure.type()).isEqualTo("billiard.exceptions.WorkerLostError");
		KombuMessage letter = this.test.deadLetter();
		assertThat(letter.headers()).containsEntry("id", "killer").containsEntry(DeadLetterHeaders.COUNT, 4);
		this.test.awaitSettled();
		assertThat(this.runs).hasValue(0);
		assertThat(this.test.worker.snapshot().totals().deadLettered()).isEqualTo(1);
		assertThat(errors(output)).isEqualTo(1);
		assertThat(output).contains("Begun 3 times and never finished: task t[killer]");
	}

	@Test
	void messageThatMayBeFinishedIsBegunAgain() {
		start();
		countDeliveries("1", 1);
		push(redelivered("1"));
		assertThat(this.test.results.await("1").state()).isEqualTo(TaskState.SUCCESS);
	}

	@Test
	void messageThatWasNotBegunIsNotCounted() {
		start();
		countDeliveries("1", 10);
		push(message("application/json", "[[], {}, {}]", Map.of("task", "t", "id", "1")));
		assertThat(this.test.results.await("1").state()).isEqualTo(TaskState.SUCCESS);
	}

	@Test
	void withoutALimitNothingIsCounted() {
		this.test.task("t", (context, body) -> this.runs.incrementAndGet())
			.start((options) -> options.maxDeliveries(0));
		countDeliveries("1", 10);
		push(redelivered("1"));
		assertThat(this.test.results.await("1").state()).isEqualTo(TaskState.SUCCESS);
	}

	@Test
	void whatCannotBeCountedIsRun() {
		this.test.transport.failCounting();
		start();
		push(redelivered("1"));
		assertThat(this.test.results.await("1").state()).isEqualTo(TaskState.SUCCESS);
		this.test.awaitSettled();
	}

	@Test
	void withoutDeadLettersMessagesAreDroppedAsByCelery(CapturedOutput output) {
		this.test.transport.deadLetters(DeadLetterPolicy.OFF);
		start();
		String unknown = this.test.send(TestMessage.of("nobody.knows"));
		this.test.transport.push("celery", "garbage".getBytes(StandardCharsets.UTF_8));
		assertThat(((TaskFailure) this.test.results.await(unknown).result()).type()).isEqualTo("NotRegistered");
		this.test.awaitSettled();
		assertThat(this.test.transport.messages("celery.dlq")).isEmpty();
		assertThat(output).contains("is dropped").doesNotContain("goes to its dead-letter queue");
	}

	@Test
	void withoutDeadLettersMessagesAreBegunForEverAsByCelery() {
		this.test.transport.deadLetters(DeadLetterPolicy.OFF);
		start();
		countDeliveries("1", 10);
		push(redelivered("1"));
		assertThat(this.test.results.await("1").state()).isEqualTo(TaskState.SUCCESS);
	}

	private void start() {
		this.test.task("t", (context, body) -> this.runs.incrementAndGet())
			.start((options) -> options.maxDeliveries(3));
	}

	private void countDeliveries(String id, int count) {
		for (int i = 0; i < count; i++) {
			Delivery delivery = this.test.transport.deliver("celery", new byte[0]);
			delivery.countDelivery(id);
			delivery.ack();
		}
	}

	private void push(KombuMessage message) {
		this.test.transport.push("celery", new KombuMessageCodec().encode(message));
	}

	private static KombuMessage redelivered(String id) {
		KombuMessage message = message("application/json", "[[], {}, {}]", Map.of("task", "t", "id", id));
		return new KombuMessage(message.body(), message.contentType(), message.contentEncoding(), message.headers(),
				message.properties().redelivered());
	}

	private static KombuMessage message(String contentType, String body, Map<String, Object> headers) {
		MessageProperties properties = new MessageProperties("correlation", null, 2, DeliveryInfo.toQueue("celery"), 0,
				"tag", null, Map.of());
		return new KombuMessage(body.getBytes(StandardCharsets.UTF_8), contentType, "utf-8", headers, properties);
	}

	private static long errors(CapturedOutput output) {
		return output.toString().lines().filter((line) -> line.contains(" ERROR ")).count();
	}

}
