package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.DeadLetter;
import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.DeadLetterPolicy;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.celeryspring.kombu.redis.TestBroker.SOON;
import static io.github.celeryspring.kombu.redis.TestBroker.id;
import static io.github.celeryspring.kombu.redis.TestBroker.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class RedisDeadLettersIntegrationTests {

	private static final String COUNTS = "celery-spring.deliveries:";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private TestBroker broker;

	private QueueConsumer consumer;

	@AfterEach
	void close() {
		this.broker.close();
	}

	@Test
	void letterGoesToTheDeadLetterQueue() throws Exception {
		open(DeadLetterPolicy.DEFAULTS);
		KombuMessage letter = letter("1", Instant.now());
		get(take("1").deadLetter(letter));
		assertThat(redis.commands().keys("unacked*")).isSubsetOf("unacked_mutex");
		assertThat(letters()).containsExactly(text(letter));
	}

	@Test
	void newestAreKept() throws Exception {
		open(new DeadLetterPolicy(true, 3, Duration.ZERO));
		redis.commands().lpush("q.dlq", "1", "2", "3", "4");
		KombuMessage invalid = new KombuMessage("x".getBytes(), "application/json", "utf-8", Map.of(),
				new MessageProperties(null, null, 2, new DeliveryInfo("", "", false), 0, "", null, Map.of()));
		get(take("5").deadLetter(invalid));
		// An invalid letter is replaced by the message itself, which is not lost.
		assertThat(letters()).containsExactly(message("5"), "4", "3");
	}

	@Test
	void oldOnesAreDropped() throws Exception {
		open(new DeadLetterPolicy(true, 0, Duration.ofHours(1)));
		String old = text(letter("1", Instant.now().minusSeconds(3700)));
		// As a Python peer and as we write it when it is given back.
		redis.commands().lpush("q.dlq", old, old.replace(": ", ":"));
		String young = text(letter("2", Instant.now().minusSeconds(3500)));
		redis.commands().lpush("q.dlq", young);
		KombuMessage letter = letter("3", Instant.now());
		get(take("3").deadLetter(letter));
		assertThat(letters()).containsExactly(text(letter), young);
	}

	@Test
	void whatOthersPutThereHasNoAge() {
		open(new DeadLetterPolicy(true, 0, Duration.ofHours(1)));
		String old = text(letter("1", Instant.now().minusSeconds(3700)));
		redis.commands().lpush("q.dlq", message("2"), old);
		trim();
		assertThat(letters()).containsExactly(old, message("2"));
	}

	@Test
	void boundsAreKeptWithoutNewLetters() {
		open(new DeadLetterPolicy(true, 2, Duration.ofHours(1)));
		String young = text(letter("1", Instant.now()));
		redis.commands().lpush("q.dlq", text(letter("2", Instant.now().minusSeconds(3700))), young);
		trim();
		await().untilAsserted(() -> assertThat(letters()).containsExactly(young));
		redis.commands().lpush("q.dlq", young, young);
		trim();
		await().untilAsserted(() -> assertThat(letters()).hasSize(2));
	}

	@Test
	void withoutBoundsAllAreKept() throws Exception {
		open(new DeadLetterPolicy(true, 0, Duration.ZERO));
		redis.commands().lpush("q.dlq", text(letter("1", Instant.EPOCH)));
		get(take("2").deadLetter(letter("2", Instant.EPOCH)));
		assertThat(letters()).hasSize(2);
	}

	@Test
	void withoutDeadLettersTheMessageIsDropped() throws Exception {
		open(DeadLetterPolicy.OFF);
		get(take("1").deadLetter(letter("1", Instant.now())));
		assertThat(redis.commands().keys("*")).doesNotContain("q.dlq", "unacked");
	}

	@Test
	void countIsForgottenWhenTheMessageIsFinished() throws Exception {
		open(DeadLetterPolicy.DEFAULTS);
		Delivery acked = take("1");
		assertThat(get(acked.countDelivery("1"))).isEqualTo(2);
		assertThat(get(acked.countDelivery("1"))).isEqualTo(2);
		assertThat(redis.commands().ttl(COUNTS + "1")).isPositive();
		Delivery dead = take("2");
		assertThat(get(dead.countDelivery("2"))).isEqualTo(2);
		get(acked.ack());
		get(dead.deadLetter(letter("2", Instant.now())));
		await().until(() -> redis.commands().keys(COUNTS + "*").isEmpty());
	}

	@Test
	void messageThatIsGivenBackInOrderDoesNotCount() throws Exception {
		open(DeadLetterPolicy.DEFAULTS);
		assertThat(get(take("1").countDelivery("1"))).isEqualTo(2);
		Delivery stopped = take("1");
		assertThat(get(stopped.countDelivery("1"))).isEqualTo(3);
		get(stopped.requeue());
		await().until(() -> redis.commands().scard(COUNTS + "1") == 1);
		assertThat(get(this.consumer.poll(1, SOON).get(0).countDelivery("1"))).isEqualTo(3);
	}

	@Test
	void allListsOfTheQueueAreRead() throws Exception {
		open(DeadLetterPolicy.DEFAULTS);
		redis.commands().lpush("q.dlq", message("1"), message("2"), message("3"));
		redis.commands().lpush("q.dlq\u0006\u00163", message("4"), message("5"));
		RedisDeadLetters letters = (RedisDeadLetters) this.broker.transport().deadLetters();
		assertThat(ids(letters.newest("q", 0, 10))).containsExactly("3", "2", "1", "5", "4");
		assertThat(ids(letters.newest("q", 2, 2))).containsExactly("1", "5");
		assertThat(ids(letters.newest("q", 5, 2))).isEmpty();
		assertThat(ids(letters.oldest("q", 0, 3))).containsExactly("4", "5", "1");
		assertThat(ids(letters.oldest("q", 4, 3))).containsExactly("3");
	}

	@Test
	void largeLettersAreReadAFewAtATime() throws Exception {
		open(DeadLetterPolicy.DEFAULTS);
		redis.commands().lpush("q.dlq", "1".repeat(5_000_000), "2".repeat(3_000_000), "3".repeat(3_000_000));
		RedisDeadLetters letters = (RedisDeadLetters) this.broker.transport().deadLetters();
		assertThat(get(letters.newest("q", 0, 10))).hasSize(2);
		assertThat(get(letters.newest("q", 2, 10))).hasSize(1);
	}

	private void open(DeadLetterPolicy policy) {
		this.broker = new TestBroker(redis.endpoint(), (options) -> options.deadLetters(policy));
		this.consumer = this.broker.consume("q");
	}

	private Delivery take(String id) throws InterruptedException {
		redis.commands().lpush("q", message(id));
		return this.consumer.poll(1, SOON).get(0);
	}

	private void trim() {
		((RedisDeadLetters) this.broker.transport().deadLetters()).trim(CeleryQueue.named("q")).join();
	}

	private static List<String> letters() {
		return redis.commands().lrange("q.dlq", 0, -1);
	}

	private static List<String> ids(CompletionStage<List<DeadLetter>> letters) throws Exception {
		return get(letters).stream().map((letter) -> id(KombuKeys.text(letter.element()))).toList();
	}

	private static KombuMessage letter(String id, Instant time) {
		MessageProperties properties = new MessageProperties(id, null, 2, DeliveryInfo.toQueue("q.dlq"), 0, "tag", null,
				Map.of());
		return new KombuMessage("x".getBytes(), "application/json", "utf-8",
				Map.of("task", "t", "id", id, DeadLetterHeaders.TIME, DeadLetterHeaders.time(time)), properties);
	}

	private static String text(KombuMessage letter) {
		return KombuKeys.text(new KombuMessageCodec().encode(letter));
	}

	private static <T> T get(CompletionStage<T> stage) throws Exception {
		return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
	}

}
