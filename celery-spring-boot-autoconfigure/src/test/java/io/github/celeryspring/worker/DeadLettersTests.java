package io.github.celeryspring.worker;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.testsupport.InMemoryTransport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeadLettersTests {

	private final DeadLetters letters = new DeadLetters(
			Clock.fixed(Instant.parse("2030-01-02T03:04:05.006Z"), ZoneOffset.UTC));

	@Test
	void letterIsTheMessageWithTheReasonAndItsNewQueue() {
		KombuMessage message = message(Map.of("task", "t", "id", "1"), "tag");
		KombuMessage letter = this.letters.of(delivery("raw"), message, "why", new IllegalStateException("boom"));
		assertThat(letter.body()).isSameAs(message.body());
		assertThat(letter.contentType()).isEqualTo("application/json");
		assertThat(letter.headers()).containsOnly(Map.entry("task", "t"), Map.entry("id", "1"),
				Map.entry("x-dead-letter-reason", "why"),
				Map.entry("x-dead-letter-exception", "java.lang.IllegalStateException: boom"),
				Map.entry("x-dead-letter-time", "2030-01-02T03:04:05.006000+00:00"),
				Map.entry("x-dead-letter-queue", "q"));
		assertThat(letter.properties().deliveryInfo()).isEqualTo(DeliveryInfo.toQueue("q.dlq"));
		assertThat(letter.properties().deliveryTag()).isEqualTo("tag");
		assertThat(letter.properties().priority()).isEqualTo(3);
	}

	@Test
	void missingDeliveryTagIsMadeUp() {
		KombuMessage letter = this.letters.of(delivery("raw"), message(Map.of(), ""), "why", null);
		assertThat(letter.properties().deliveryTag()).isNotEmpty();
		assertThat(letter.contentType()).isEqualTo("application/json");
	}

	@Test
	void messageThatWouldHurtPythonIsWrapped() {
		KombuMessage letter = this.letters.of(delivery("raw"), message(Map.of("task", "no id"), "tag"), "why", null);
		assertThat(letter.headers()).doesNotContainKey("task");
		assertThat(letter.body()).asString().isEqualTo("raw");
		assertThat(letter.contentType()).isEqualTo("application/data");
		assertThat(new KombuMessageCodec().encode(letter)).isNotEmpty();
	}

	@Test
	void reasonIsBounded() {
		KombuMessage letter = this.letters.of(delivery("raw"), null, "why", new RuntimeException("x".repeat(100_000)));
		assertThat(letter.headers().get(DeadLetters.EXCEPTION).toString()).hasSizeLessThan(1100);
	}

	@Test
	void excerptIsOneBoundedLine() {
		assertThat(DeadLetters.excerpt(delivery("a\nb\u001b[31mc"))).isEqualTo("a.b.[31mc");
		assertThat(DeadLetters.excerpt(delivery("x".repeat(5000)))).hasSizeLessThan(1100).endsWith("(5000 bytes)");
	}

	private static KombuMessage message(Map<String, Object> headers, String tag) {
		MessageProperties properties = new MessageProperties("1", null, 2, DeliveryInfo.toQueue("q"), 3, tag, null,
				Map.of());
		return new KombuMessage("[]".getBytes(), "application/json", "utf-8", headers, properties);
	}

	private static Delivery delivery(String payload) {
		try (InMemoryTransport transport = new InMemoryTransport()) {
			return transport.deliver("q", payload.getBytes());
		}
	}

}
