package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.FanoutSubscription;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.TcpProxy;
import io.lettuce.core.KillArgs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class FanoutIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final CeleryExchange NEWS = new CeleryExchange("news", CeleryExchange.Type.FANOUT);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final KombuMessageCodec codec = new KombuMessageCodec();

	private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

	private TestBroker broker;

	private RedisTransport transport;

	@BeforeEach
	void open() {
		this.broker = new TestBroker(redis.endpoint());
		this.transport = this.broker.transport();
	}

	@AfterEach
	void close() {
		this.broker.close();
		awaitPatterns(0);
	}

	@Test
	void everySubscriberHears() throws Exception {
		BlockingQueue<String> second = new LinkedBlockingQueue<>();
		subscribe("");
		assertThat(this.transport.subscribe(NEWS, "", (message) -> second.add(id(message))).ready())
			.succeedsWithin(SOON);
		awaitPatterns(1);
		publish("a", "news", "");
		assertThat(next()).isEqualTo("a");
		assertThat(second.poll(10, TimeUnit.SECONDS)).isEqualTo("a");
		assertThat(redis.commands().keys("*")).isEmpty();
	}

	@Test
	void hearsWhatMatchesItsPattern() throws Exception {
		subscribe("sport.#");
		publish("a", "news", "politics");
		publish("b", "news", "");
		publish("c", "news", "sport.chess.result");
		assertThat(next()).isEqualTo("c");
	}

	@Test
	void aQueueOfAFanoutExchangeMakesItKnown() throws Exception {
		assertThat(this.transport.declare(new CeleryQueue("q", NEWS, "sport"))).succeedsWithin(SOON);
		publish("a", "news", "sport");
		assertThat(redis.commands().keys("*")).containsExactlyInAnyOrder("_kombu.binding.news",
				"_kombu.binding_permanent.news");
	}

	@Test
	void queuesAndBroadcastsMayBeSentTogether() throws Exception {
		subscribe("");
		assertThat(this.transport.publishAll(List.of(message("a", "", "q"), message("b", "news", ""))))
			.succeedsWithin(SOON);
		assertThat(next()).isEqualTo("b");
		assertThat(redis.commands().llen("q")).isEqualTo(1);
	}

	@Test
	void whoeverLeavesHearsNoMore() throws Exception {
		FanoutSubscription left = subscribe("#");
		BlockingQueue<String> second = new LinkedBlockingQueue<>();
		FanoutSubscription stays = this.transport.subscribe(NEWS, "#", (message) -> second.add(id(message)));
		assertThat(stays.ready()).succeedsWithin(SOON);
		left.close();
		publish("a", "news", "x");
		assertThat(second.poll(10, TimeUnit.SECONDS)).isEqualTo("a");
		assertThat(this.heard).isEmpty();
		stays.close();
		stays.close();
		awaitPatterns(0);
	}

	@Test
	void hearsAgainAfterAReconnect() throws Exception {
		subscribe("");
		redis.commands().clientKill(KillArgs.Builder.typePubsub());
		awaitPatterns(1);
		publish("a", "news", "");
		assertThat(next()).isEqualTo("a");
	}

	@Test
	void hearsAgainAfterASilentConnection() throws Exception {
		RedisConnectionOptions impatient = new RedisConnectionOptions("test", Duration.ofMillis(300), SOON, true,
				RedisConnectionOptions.KeepAlive.DEFAULTS, Duration.ofMillis(200));
		try (TcpProxy proxy = new TcpProxy(redis.port());
				RedisConnections through = new RedisConnections(
						new RedisEndpoint.Standalone("127.0.0.1", proxy.port(), 0, null, null, null), impatient);
				RedisTransport silenced = new RedisTransport(through, RedisTransportOptions.DEFAULTS)) {
			FanoutSubscription subscription = silenced.subscribe(NEWS, "", (message) -> this.heard.add(id(message)));
			assertThat(subscription.ready()).succeedsWithin(SOON);
			proxy.silenceAll();
			// Redis does not know yet that the first one is dead.
			await().until(() -> redis.commands()
				.clientList()
				.lines()
				.filter((client) -> client.contains(" psub=1 "))
				.count() == 2);
			this.transport.declare(NEWS);
			publish("a", "news", "");
			assertThat(next()).isEqualTo("a");
		}
	}

	@Test
	void waitsForARedisThatIsNotThereYet() throws Exception {
		redis.stop();
		FanoutSubscription subscription = this.transport.subscribe(NEWS, "", (message) -> this.heard.add(id(message)));
		assertThat(subscription.ready().toCompletableFuture()).isNotDone();
		redis.startAgain();
		assertThat(subscription.ready()).succeedsWithin(Duration.ofSeconds(20));
		publish("a", "news", "");
		assertThat(next()).isEqualTo("a");
	}

	@Test
	void onlyFanoutExchangesCanBeSubscribedTo() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.transport.subscribe(CeleryExchange.direct("mail"), "", (message) -> {
			}));
	}

	private FanoutSubscription subscribe(String pattern) {
		FanoutSubscription subscription = this.transport.subscribe(NEWS, pattern,
				(message) -> this.heard.add(id(message)));
		assertThat(subscription.ready()).succeedsWithin(SOON);
		return subscription;
	}

	private String next() throws InterruptedException {
		return this.heard.poll(10, TimeUnit.SECONDS);
	}

	private String id(byte[] message) {
		return this.codec.decode(message).properties().correlationId();
	}

	private void publish(String id, String exchange, String routingKey) {
		assertThat(this.transport.publish(message(id, exchange, routingKey))).succeedsWithin(SOON);
	}

	private static KombuMessage message(String id, String exchange, String routingKey) {
		return new KombuMessage(KombuKeys.bytes("{}"), "application/json", "utf-8", Map.of(), new MessageProperties(id,
				null, 1, new DeliveryInfo(exchange, routingKey, false), 0, id, null, Map.of()));
	}

	private static void awaitPatterns(long number) {
		await().until(() -> redis.commands().pubsubNumpat() == number);
	}

}
