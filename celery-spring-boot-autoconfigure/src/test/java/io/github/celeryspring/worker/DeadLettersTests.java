package io.github.celeryspring.worker;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

import io.github.celeryspring.ContentDisallowedException;
import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.testsupport.InMemoryTransport;
import io.github.celeryspring.worker.TaskOutcome.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DeadLettersTests {

	private final DeadLetters letters = new DeadLetters(
			Clock.fixed(Instant.parse("2030-01-02T03:04:05.006Z"), ZoneOffset.UTC));

	@Test
	void letterIsTheMessageWithTheReasonAndItsNewQueue() {
		KombuMessage message = message(Map.of("task", "t", "id", "1"), "tag");
		KombuMessage letter = this.letters.refused(delivery("raw"), refused(message));
		assertThat(letter.body()).isSameAs(message.body());
		assertThat(letter.contentType()).isEqualTo("application/json");
		assertThat(letter.headers()).containsOnly(Map.entry("task", "t"), Map.entry("id", "1"),
				Map.entry("x-dead-letter-reason", "why"),
				Map.entry("x-dead-letter-exception", "celery.exceptions.NotRegistered: t"),
				Map.entry("x-dead-letter-time", "2030-01-02T03:04:05.006000+00:00"),
				Map.entry("x-dead-letter-count", 3), Map.entry("x-dead-letter-queue", "q"),
				Map.entry("x-dead-letter-exchange", "ex"), Map.entry("x-dead-letter-routing-key", "key"));
		assertThat(letter.properties().deliveryInfo()).isEqualTo(DeliveryInfo.toQueue("q.dlq"));
		assertThat(letter.properties().deliveryTag()).isEqualTo("tag");
		assertThat(letter.properties().priority()).isEqualTo(3);
	}

	@Test
	void missingDeliveryTagIsMadeUp() {
		KombuMessage letter = this.letters.refused(delivery("raw"), refused(message(Map.of(), "")));
		assertThat(letter.properties().deliveryTag()).isNotEmpty();
		assertThat(letter.contentType()).isEqualTo("application/json");
	}

	@Test
	void messageThatWouldHurtPythonIsWrapped() {
		KombuMessage letter = this.letters.refused(delivery("raw"), refused(message(Map.of("task", "no id"), "tag")));
		assertThatIsWrapped(letter, "raw");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/data", "application/text" })
	void whatPythonWouldTryToReadIsWrapped(String contentType) {
		KombuMessage message = message(contentType, Map.of("task", "t", "id", "1"));
		assertThatIsWrapped(this.letters.undecodable(delivery("raw"), message, new ContentDisallowedException("no")),
				"raw");
	}

	@Test
	void whatPythonWouldUnpackIsWrapped() {
		KombuMessage message = message("application/x-yaml",
				Map.of("task", "t", "id", "1", "compression", "application/x-gzip"));
		assertThatIsWrapped(this.letters.undecodable(delivery("raw"), message, new ContentDisallowedException("no")),
				"raw");
	}

	@Test
	void contentForOthersIsLeftToThem() {
		KombuMessage message = message("application/x-python-serialize", Map.of("task", "t", "id", "1"));
		KombuMessage letter = this.letters.undecodable(delivery("raw"), message, new ContentDisallowedException("no"));
		assertThat(letter.body()).isSameAs(message.body());
		assertThat(letter.contentType()).isEqualTo("application/x-python-serialize");
		assertThat(letter.headers()).containsEntry("id", "1").doesNotContainKey("x-dead-letter-wrapped");
	}

	@Test
	void whatIsWrappedIsNotWrappedAgain() {
		KombuMessage once = this.letters.undecodable(delivery("raw"), null, new IllegalStateException("first"));
		KombuMessage twice = this.letters.undecodable(delivery("not this"), once, new IllegalStateException("second"));
		assertThatIsWrapped(twice, "raw");
		assertThat(twice.headers()).hasSameSizeAs(
				this.letters.undecodable(delivery("not this"), twice, new IllegalStateException("third")).headers());
	}

	@Test
	void reasonIsBounded() {
		KombuMessage letter = this.letters.undecodable(delivery("raw"), null,
				new RuntimeException("x".repeat(100_000)));
		assertThat(letter.headers().get(DeadLetterHeaders.EXCEPTION).toString()).hasSizeLessThan(1100);
	}

	@Test
	void excerptIsOneBoundedLine() {
		assertThat(DeadLetters.excerpt(delivery("a\nb\u001b[31mc"), null)).isEqualTo("a.b.[31mc");
		assertThat(DeadLetters.excerpt(delivery("x".repeat(5000)), null)).hasSizeLessThan(1100)
			.endsWith("(5000 bytes)");
	}

	private static void assertThatIsWrapped(KombuMessage letter, String content) {
		assertThat(letter.headers()).doesNotContainKey("task").containsEntry("x-dead-letter-wrapped", true);
		assertThat(letter.body()).asString().isEqualTo(content);
		assertThat(letter.contentType()).isEqualTo("application/data");
		assertThat(new KombuMessageCodec().encode(letter)).isNotEmpty();
	}

	private static Refused refused(KombuMessage message) {
		return new Refused(TaskFailure.ofCelery("NotRegistered", "t"), "why", message, 3);
	}

	private static KombuMessage message(String contentType, Map<String, Object> headers) {
		KombuMessage message = message(headers, "tag");
		return new KombuMessage(message.body(), contentType, "binary", headers, message.properties());
	}

	private static KombuMessage message(Map<String, Object> headers, String tag) {
		MessageProperties properties = new MessageProperties("1", null, 2, new DeliveryInfo("ex", "key", true), 3, tag,
				null, Map.of());
		return new KombuMessage("[]".getBytes(), "application/json", "utf-8", headers, properties);
	}

	private static Delivery delivery(String payload) {
		try (InMemoryTransport transport = new InMemoryTransport()) {
			return transport.deliver("q", payload.getBytes());
		}
	}

}
