package io.github.celeryspring.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.DeadLetter;
import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.redis.RedisTransport;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Timeout(60)
class DeadLetterTemplateIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static final Instant TIME = Instant.parse("2030-01-02T03:04:05.006Z");

	private static RedisConnections connections;

	private static RedisTransport transport;

	private static DeadLetterTemplate letters;

	private final KombuMessageCodec codec = new KombuMessageCodec();

	@BeforeAll
	static void connect() {
		connections = redis.connections();
		transport = new RedisTransport(connections, RedisTransportOptions.DEFAULTS);
		letters = new DeadLetterTemplate(transport, Duration.ofSeconds(10));
	}

	@AfterAll
	static void disconnect() {
		transport.close();
		connections.close();
	}

	@Test
	void tellsWhatIsKnownOfALetter() {
		push(letter("1", 0));
		DeadLetter letter = letters.list("q", 0, 10).get(0);
		assertThat(letter)
			.isEqualTo(new DeadLetter(letter.id(), "q", "t", "1", "why", "Boom", TIME, 7, false, letter.element()));
		assertThat(letter.id()).matches("[0-9a-f]{32}");
		assertThat(letter.payload()).isEqualTo(letter("1", 0)).hasSize(letter.size());
		assertThat(letters.find("q", letter.id()))
			.hasValueSatisfying((found) -> assertThat(found.taskId()).isEqualTo("1"));
		assertThat(letters.find("q", "nothing")).isEmpty();
	}

	@Test
	void whatOthersPutThereIsListed() {
		push("garbage".getBytes(), "{}".getBytes());
		assertThat(letters.list("q", 0, 10)).extracting(DeadLetter::size).containsExactly(2, 7);
		assertThat(letters.list("q", 0, 10)).extracting(DeadLetter::reason).containsOnlyNulls();
	}

	@Test
	void wrappedMessageIsShownAndReplayedAsItWas() {
		KombuMessage original = message(Map.of("task", "t", "id", "1", "redelivered", true), "ex", 3);
		push(wrapped(this.codec.encode(original)));
		DeadLetter letter = letters.list("q", 0, 10).get(0);
		assertThat(letter.task()).isEqualTo("t");
		assertThat(letter.payload()).isEqualTo(this.codec.encode(original));
		assertThat(letters.replay(letter)).isTrue();
		assertThat(taken("q\u0006\u00163")).isEqualTo(text(message(Map.of("task", "t", "id", "1"), "ex", 3)));
	}

	@Test
	void replayedMessageIsAsNew() {
		push(letter("1", 6));
		redis.commands().sadd("celery-spring.deliveries:1", "tag");
		DeadLetter letter = letters.list("q", 0, 10).get(0);
		assertThat(letters.replay(letter)).isTrue();
		assertThat(letters.replay(letter)).isFalse();
		assertThat(taken("q\u0006\u00166")).isEqualTo(text(message(Map.of("task", "t", "id", "1"), "ex", 6)));
		assertThat(redis.commands().keys("*")).noneMatch((key) -> key.startsWith("q") || key.contains("deliveries"));
	}

	@Test
	void replaysToAnotherQueue() {
		push(letter("1", 0));
		assertThat(letters.replay(letters.list("q", 0, 1).get(0), "other")).isTrue();
		KombuMessage message = this.codec.decode(taken("other").getBytes());
		assertThat(message.properties().deliveryInfo()).isEqualTo(DeliveryInfo.toQueue("other"));
		assertThat(letters.count("q")).isZero();
	}

	@Test
	void whatIsNoMessageIsNotReplayed() {
		push(wrapped(letter("2", 0)), "garbage".getBytes(), wrapped("garbage".getBytes()), letter("1", 0));
		List<DeadLetter> all = letters.list("q", 0, 10);
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> letters.replay(all.get(1)));
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> letters.replay(all.get(2)));
		assertThat(letters.replayAll("q", (letter) -> true)).isEqualTo(1);
		assertThat(letters.count("q")).isEqualTo(3);
		assertThat(redis.commands().llen("q")).isEqualTo(1);
	}

	@Test
	void replaysSomeTheOldestFirst() {
		push(IntStream.range(0, 250).mapToObj((i) -> letter(String.valueOf(i), 0)).toArray(byte[][]::new));
		assertThat(letters.replayAll("q", (letter) -> letter.taskId().endsWith("0"))).isEqualTo(25);
		assertThat(letters.count("q")).isEqualTo(225);
		assertThat(taken("q")).contains("\"id\": \"0\"");
		assertThat(taken("q")).contains("\"id\": \"10\"");
	}

	@Test
	void whatComesMeanwhileIsNotReplayed() {
		push(letter("1", 0), letter("2", 0));
		assertThat(letters.replayAll("q", (letter) -> {
			push(letter("again " + letter.taskId(), 0));
			return true;
		})).isEqualTo(2);
		assertThat(letters.list("q", 0, 10)).extracting(DeadLetter::taskId).containsExactly("again 2", "again 1");
	}

	@Test
	void nothingIsLostOrDoubledWhenManyTake() {
		push(IntStream.range(0, 300).mapToObj((i) -> letter(String.valueOf(i), 0)).toArray(byte[][]::new));
		AtomicLong eaten = new AtomicLong();
		CompletableFuture<Void> eater = CompletableFuture.runAsync(() -> {
			while (redis.commands().rpop("q.dlq") != null) {
				eaten.incrementAndGet();
			}
		});
		List<CompletableFuture<Long>> replays = List.of(
				CompletableFuture.supplyAsync(() -> letters.replayAll("q", (letter) -> true)),
				CompletableFuture.supplyAsync(() -> letters.replayAll("q", (letter) -> true)));
		eater.join();
		long replayed = replays.stream().mapToLong(CompletableFuture::join).sum();
		assertThat(replayed + eaten.get() + letters.count("q")).isEqualTo(300);
		assertThat(redis.commands().lrange("q", 0, -1)).hasSize((int) replayed).doesNotHaveDuplicates();
	}

	@Test
	void removesOneAndAll() {
		push(letter("1", 0), letter("2", 0), letter("3", 0));
		redis.commands().lpush("q.dlq\u0006\u00169", "given back");
		DeadLetter second = letters.list("q", 1, 1).get(0);
		assertThat(letters.remove(second)).isTrue();
		assertThat(letters.remove(second)).isFalse();
		assertThat(letters.count("q")).isEqualTo(3);
		assertThat(letters.purge("q")).isEqualTo(3);
		assertThat(redis.commands().keys("q*")).isEmpty();
	}

	@Test
	void nothingIsTakenWhenTheQueueIsNoList() {
		push(letter("1", 0));
		redis.commands().set("other", "not a list");
		DeadLetter letter = letters.list("q", 0, 1).get(0);
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> letters.replay(letter, "other"))
			.withMessageContaining("WRONGTYPE");
		assertThat(letters.count("q")).isEqualTo(1);
	}

	@Test
	void waitsForRedisNoLongerThanTold() {
		DeadLetterTemplate impatient = new DeadLetterTemplate(transport, Duration.ofMillis(100));
		redis.commands().clientPause(400);
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> impatient.count("q"));
	}

	@Test
	void nonsenseIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> letters.list("q", -1, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> letters.list("q", 0, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> new DeadLetterTemplate(transport, Duration.ZERO));
	}

	private static void push(byte[]... elements) {
		connections.execute((commands) -> commands.lpush("q.dlq".getBytes(), elements)).join();
	}

	private static String taken(String list) {
		return redis.commands().rpop(list);
	}

	private String text(KombuMessage message) {
		return new String(this.codec.encode(message));
	}

	private byte[] letter(String id, int priority) {
		Map<String, Object> headers = Map.of("task", "t", "id", id, DeadLetterHeaders.REASON, "why",
				DeadLetterHeaders.EXCEPTION, "Boom", DeadLetterHeaders.TIME, DeadLetterHeaders.time(TIME),
				DeadLetterHeaders.COUNT, 7, DeadLetterHeaders.EXCHANGE, "ex", DeadLetterHeaders.ROUTING_KEY, "key",
				"redelivered", true);
		return this.codec.encode(message(headers, "", priority));
	}

	private byte[] wrapped(byte[] content) {
		KombuMessage letter = message(Map.of(DeadLetterHeaders.WRAPPED, true), "", 0);
		return this.codec
			.encode(new KombuMessage(content, "application/data", "binary", letter.headers(), letter.properties()));
	}

	private static KombuMessage message(Map<String, Object> headers, String exchange, int priority) {
		DeliveryInfo info = exchange.isEmpty() ? DeliveryInfo.toQueue("q.dlq")
				: new DeliveryInfo(exchange, "key", false);
		return new KombuMessage("[]".getBytes(), "application/json", "utf-8", new TreeMap<>(headers),
				new MessageProperties(null, null, 2, info, priority, "tag", null, Map.of()));
	}

}
