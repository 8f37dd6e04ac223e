package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.celeryspring.kombu.redis.TestBroker.SOON;
import static io.github.celeryspring.kombu.redis.TestBroker.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class FollowersIntegrationTests {

	private static final String SEP = "\u0006\u0016";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private TestBroker broker;

	private QueueConsumer consumer;

	@BeforeEach
	void open() {
		this.broker = new TestBroker(redis.endpoint());
		this.consumer = this.broker.consume("q");
	}

	@AfterEach
	void close() {
		this.broker.close();
	}

	@Test
	void followersArePushedInOrderAndTheMessageIsForgotten() throws Exception {
		ack(take(this.consumer), follower("1", DeliveryInfo.toQueue("a"), 0),
				follower("2", DeliveryInfo.toQueue("a"), 0), follower("3", DeliveryInfo.toQueue("a"), 5),
				follower("4", DeliveryInfo.toQueue("b"), 0));
		assertThat(pushed("a")).containsExactly("1", "2");
		assertThat(pushed("a" + SEP + "3")).containsExactly("3");
		assertThat(pushed("b")).containsExactly("4");
		assertThat(redis.commands().hlen("unacked")).isZero();
		assertThat(redis.commands().zcard("unacked_index")).isZero();
	}

	@Test
	void withoutFollowersItIsAnAck() throws Exception {
		ack(take(this.consumer));
		assertThat(redis.commands().hlen("unacked")).isZero();
	}

	@Test
	void nothingIsPushedForAMessageThatSomebodyElseOwns() throws Exception {
		Delivery lost = take(this.consumer);
		redis.commands().del("unacked", "unacked_index");
		KombuMessage follower = follower("1", DeliveryInfo.toQueue("a"), 0);
		assertThat(lost.ack(List.of(follower))).succeedsWithin(SOON).isEqualTo(false);
		assertThat(redis.commands().exists("a")).isZero();
		assertThat(take(this.consumer).ack(List.of(follower))).succeedsWithin(SOON).isEqualTo(true);
	}

	@Test
	void deadLetterAndFollowersArePushedInOneStep() throws Exception {
		KombuMessage letter = follower("letter", DeliveryInfo.toQueue("q.dlq"), 0);
		KombuMessage follower = follower("1", DeliveryInfo.toQueue("a"), 0);
		assertThat(take(this.consumer).deadLetter(letter, List.of(follower))).succeedsWithin(SOON).isEqualTo(true);
		assertThat(pushed("q.dlq")).containsExactly("letter");
		assertThat(pushed("a")).containsExactly("1");
		assertThat(redis.commands().hlen("unacked")).isZero();
		Delivery lost = take(this.consumer);
		redis.commands().del("unacked", "unacked_index");
		assertThat(lost.deadLetter(letter, List.of(follower))).succeedsWithin(SOON).isEqualTo(false);
		assertThat(redis.commands().llen("q.dlq") + redis.commands().llen("a")).isEqualTo(2);
	}

	@Test
	void onlyTheFirstSettlingPushes() throws Exception {
		Delivery delivery = take(this.consumer);
		ack(delivery);
		ack(delivery, follower("1", DeliveryInfo.toQueue("a"), 0));
		assertThat(redis.commands().exists("a")).isZero();
	}

	@Test
	void followersGoThroughExchanges() throws Exception {
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		CeleryExchange news = new CeleryExchange("news", CeleryExchange.Type.FANOUT);
		assertThat(this.broker.transport().subscribe(news, "", (message) -> heard.add(KombuKeys.text(message))).ready())
			.succeedsWithin(SOON);
		CeleryExchange media = new CeleryExchange("media", CeleryExchange.Type.TOPIC);
		assertThat(this.broker.transport().declare(new CeleryQueue("video", media, "video.#"))).succeedsWithin(SOON);
		ack(take(this.consumer), follower("1", new DeliveryInfo("media", "video.mp4", false), 0),
				follower("2", new DeliveryInfo("news", "", false), 0), follower("3", DeliveryInfo.toQueue("video"), 0));
		assertThat(pushed("video")).containsExactly("1", "3");
		assertThat(id(heard.poll(10, TimeUnit.SECONDS))).isEqualTo("2");
	}

	@Test
	void invalidFollowerIsRefusedBeforeAnythingIsSettled() throws Exception {
		Delivery delivery = take(this.consumer);
		KombuMessage invalid = new KombuMessage(new byte[0], "application/json", "utf-8", Map.of(),
				new MessageProperties(null, null, 2, DeliveryInfo.toQueue("a"), 0, "", null, Map.of()));
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> delivery.ack(List.of(follower("1", DeliveryInfo.toQueue("a"), 0), invalid)));
		assertThat(redis.commands().exists("a")).isZero();
		ack(delivery, follower("1", DeliveryInfo.toQueue("a"), 0));
		assertThat(pushed("a")).containsExactly("1");
	}

	@Test
	void messageWhoseFollowerNoQueueGetsCanBeSettledInAnotherWay() throws Exception {
		Delivery delivery = take(this.consumer);
		assertThat(delivery.ack(List.of(follower("1", DeliveryInfo.toQueue("a"), 0),
				follower("2", new DeliveryInfo("unbound", "k", false), 0))))
			.failsWithin(SOON)
			.withThrowableThat()
			.withCauseInstanceOf(CeleryException.class)
			.withMessageContaining("No queue is bound to exchange 'unbound'");
		assertThat(redis.commands().exists("a")).isZero();
		assertThat(redis.commands().hkeys("unacked")).containsExactly(delivery.tag());
		assertThat(delivery.release()).succeedsWithin(SOON);
		assertThat(pushed("q")).containsExactly("1");
	}

	@Test
	void keyThatIsNoListLeavesAllAsItWas() throws Exception {
		redis.commands().set("b", "text");
		Delivery delivery = take(this.consumer);
		assertThat(delivery
			.ack(List.of(follower("1", DeliveryInfo.toQueue("a"), 0), follower("2", DeliveryInfo.toQueue("b"), 0))))
			.failsWithin(SOON);
		assertThat(redis.commands().exists("a")).isZero();
		assertThat(redis.commands().hkeys("unacked")).containsExactly(delivery.tag());
	}

	@Test
	void redisOutOfMemoryTakesTheFollowers() throws Exception {
		Delivery delivery = take(this.consumer);
		redis.commands().configSet("maxmemory", "1");
		try {
			ack(delivery, follower("1", DeliveryInfo.toQueue("a"), 0));
		}
		finally {
			redis.commands().configSet("maxmemory", "0");
		}
		assertThat(pushed("a")).containsExactly("1");
	}

	@Test
	void deliveriesAreCountedNoMore() throws Exception {
		Delivery delivery = take(this.consumer);
		delivery.countDelivery("id").toCompletableFuture().get(10, TimeUnit.SECONDS);
		ack(delivery, follower("1", DeliveryInfo.toQueue("a"), 0));
		await().until(() -> redis.commands().keys("celery-spring.deliveries*").isEmpty());
	}

	@Test
	void tenThousandFollowersArePushedInOrder() throws Exception {
		List<KombuMessage> followers = IntStream.range(0, 10_000)
			.mapToObj((i) -> follower(String.format("%05d", i), DeliveryInfo.toQueue("a"), 0))
			.toList();
		Delivery delivery = take(this.consumer);
		ack(delivery, followers.toArray(KombuMessage[]::new));
		assertThat(pushed("a")).hasSize(10_000).isSorted();
	}

	@ParameterizedTest
	@EnumSource(names = "SILENT.*", mode = EnumSource.Mode.MATCH_NONE)
	void followersArePushedOnceWhereverTheConnectionBreaks(TcpProxy.Cut cut) throws Exception {
		try (TcpProxy proxy = new TcpProxy(redis.port());
				TestBroker cutOff = new TestBroker(
						new RedisEndpoint.Standalone("127.0.0.1", proxy.port(), 0, null, null, null));
				QueueConsumer consumer = cutOff.consume("q")) {
			Delivery delivery = take(consumer);
			proxy.cutAt("follower-of-the-test", cut);
			ack(delivery, follower("follower-of-the-test", DeliveryInfo.toQueue("a"), 0),
					follower("second", DeliveryInfo.toQueue("a"), 0));
			assertThat(proxy.hasCut()).isTrue();
			assertThat(pushed("a")).containsExactly("follower-of-the-test", "second");
			assertThat(redis.commands().hlen("unacked")).isZero();
		}
	}

	@Test
	void followerIsTakenAtOnceIfNothingWaits() throws Exception {
		Delivery delivery = take(this.consumer);
		KombuMessage follower = follower("1", DeliveryInfo.toQueue("q"), 3);
		Delivery taken = next(delivery, follower);
		assertThat(taken.message()).isSameAs(follower);
		assertThat(id(TestBroker.text(taken))).isEqualTo("1");
		assertThat(taken.queue()).isEqualTo("q");
		assertThat(taken.tag()).isGreaterThan(delivery.tag());
		assertThat(redis.commands().keys("q*")).isEmpty();
		assertThat(redis.commands().hgetall("unacked")).containsOnlyKeys(taken.tag())
			.containsValue("[" + TestBroker.text(taken) + ", \"\", \"q\"]");
		double now = Double.parseDouble(redis.commands().time().get(0));
		assertThat(redis.commands().zscore("unacked_index", taken.tag())).isBetween(now - 5, now + 1);
		assertThat(taken.release()).succeedsWithin(SOON);
		assertThat(pushed("q" + SEP + "3")).containsExactly("1");
		assertThat(redis.commands().hlen("unacked")).isZero();
	}

	@Test
	void followersOfFollowersAreTakenUnderTagsOfTheirOwn() throws Exception {
		Delivery delivery = take(this.consumer);
		List<String> tags = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			delivery = next(delivery, follower("f" + i, DeliveryInfo.toQueue("q"), 0));
			tags.add(delivery.tag());
			assertThat(redis.commands().hkeys("unacked")).containsExactly(delivery.tag());
		}
		redis.commands().lpush("q", TestBroker.message("2"));
		tags.add(this.consumer.poll(1, SOON).get(0).tag());
		assertThat(tags).doesNotHaveDuplicates().isSorted();
	}

	@Test
	void followerIsPushedIfAnotherMessageWaits() throws Exception {
		Delivery delivery = take(this.consumer);
		redis.commands().lpush("q" + SEP + "9", TestBroker.message("2"));
		assertThat(next(delivery, follower("1", DeliveryInfo.toQueue("q"), 0))).isNull();
		assertThat(pushed("q")).containsExactly("1");
		assertThat(redis.commands().hlen("unacked")).isZero();
	}

	@Test
	void followerForAQueueOfOthersIsPushed() throws Exception {
		assertThat(next(take(this.consumer), follower("1", DeliveryInfo.toQueue("a"), 0))).isNull();
		assertThat(pushed("a")).containsExactly("1");
	}

	@Test
	void severalFollowersArePushed() throws Exception {
		assertThat(next(take(this.consumer), follower("1", DeliveryInfo.toQueue("q"), 0),
				follower("2", DeliveryInfo.toQueue("q"), 0)))
			.isNull();
		assertThat(pushed("q")).containsExactly("1", "2");
	}

	@Test
	void nothingIsTakenAfterAMessageThatSomebodyElseOwns() throws Exception {
		Delivery lost = take(this.consumer);
		redis.commands().del("unacked", "unacked_index");
		List<Delivery> taken = new ArrayList<>();
		assertThat(lost.ack(List.of(follower("1", DeliveryInfo.toQueue("q"), 0)), taken::add)).succeedsWithin(SOON)
			.isEqualTo(false);
		assertThat(taken).isEmpty();
		assertThat(redis.commands().keys("q*")).isEmpty();
		assertThat(redis.commands().hlen("unacked")).isZero();
	}

	@Test
	void keyOfTheFollowerThatIsNoListLeavesAllAsItWas() throws Exception {
		Delivery delivery = take(this.consumer);
		redis.commands().set("q" + SEP + "3", "text");
		List<Delivery> taken = new ArrayList<>();
		assertThat(delivery.ack(List.of(follower("1", DeliveryInfo.toQueue("q"), 3)), taken::add)).failsWithin(SOON);
		assertThat(taken).isEmpty();
		assertThat(redis.commands().hkeys("unacked")).containsExactly(delivery.tag());
		assertThat(delivery.release()).succeedsWithin(SOON);
	}

	@ParameterizedTest
	@EnumSource(names = "SILENT.*", mode = EnumSource.Mode.MATCH_NONE)
	void followerIsTakenOnceWhereverTheConnectionBreaks(TcpProxy.Cut cut) throws Exception {
		try (TcpProxy proxy = new TcpProxy(redis.port());
				TestBroker cutOff = new TestBroker(
						new RedisEndpoint.Standalone("127.0.0.1", proxy.port(), 0, null, null, null));
				QueueConsumer consumer = cutOff.consume("q")) {
			Delivery delivery = take(consumer);
			proxy.cutAt("follower-of-the-test", cut);
			Delivery taken = next(delivery, follower("follower-of-the-test", DeliveryInfo.toQueue("q"), 0));
			assertThat(proxy.hasCut()).isTrue();
			assertThat(id(TestBroker.text(taken))).isEqualTo("follower-of-the-test");
			assertThat(redis.commands().keys("q*")).isEmpty();
			assertThat(redis.commands().hkeys("unacked")).containsExactly(taken.tag());
			ack(taken);
			assertThat(redis.commands().hlen("unacked")).isZero();
		}
	}

	/** What was taken, or {@code null}. */
	private static Delivery next(Delivery delivery, KombuMessage... followers) {
		List<Delivery> taken = new ArrayList<>();
		assertThat(delivery.ack(List.of(followers), taken::add)).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
		assertThat(taken).hasSizeLessThan(2);
		return taken.isEmpty() ? null : taken.get(0);
	}

	private static Delivery take(QueueConsumer consumer) throws InterruptedException {
		redis.commands().lpush("q", TestBroker.message("1"));
		return consumer.poll(1, SOON).get(0);
	}

	private static void ack(Delivery delivery, KombuMessage... followers) {
		assertThat(delivery.ack(List.of(followers))).succeedsWithin(Duration.ofSeconds(30));
	}

	/** The ids of the messages in a list, the next one first. */
	private static List<String> pushed(String list) {
		List<String> ids = new ArrayList<>();
		redis.commands().lrange(list, 0, -1).forEach((message) -> ids.add(0, id(message)));
		return ids;
	}

	private static KombuMessage follower(String id, DeliveryInfo info, int priority) {
		return new KombuMessage(new byte[120], "application/json", "utf-8", Map.of("id", id),
				new MessageProperties(id, null, MessageProperties.PERSISTENT, info, priority, id, null, Map.of()));
	}

}
