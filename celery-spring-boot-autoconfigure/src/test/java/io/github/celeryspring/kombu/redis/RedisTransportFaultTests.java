package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.WaitStrategy;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.TcpProxy;
import io.lettuce.core.KillArgs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.celeryspring.kombu.redis.TestBroker.NOW;
import static io.github.celeryspring.kombu.redis.TestBroker.SOON;
import static io.github.celeryspring.kombu.redis.TestBroker.ids;
import static io.github.celeryspring.kombu.redis.TestBroker.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(90)
class RedisTransportFaultTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@Test
	void fetchWhoseReplyWasLostIsReadBack() throws Exception {
		redis.commands().lpush("q", message("1"), message("2"));
		redis.commands().lpush("q\u0006\u00166", message("3", 6));
		try (TcpProxy proxy = new TcpProxy(redis.port());
				TestBroker broker = through(proxy);
				QueueConsumer consumer = broker.consume("q")) {
			proxy.cutInsteadOfReply("delivery_tag");
			List<Delivery> deliveries = consumer.poll(10, SOON);
			assertThat(proxy.hasCut()).isTrue();
			assertThat(ids(deliveries)).containsExactly("1", "2", "3");
			assertThat(redis.commands().hlen("unacked")).isEqualTo(3);
			deliveries.get(2).release().toCompletableFuture().get(10, TimeUnit.SECONDS);
			assertThat(redis.commands().lrange("q\u0006\u00166", 0, -1)).containsExactly(message("3", 6));
			deliveries.get(0).ack().toCompletableFuture().get(10, TimeUnit.SECONDS);
			assertThat(redis.commands().hkeys("unacked")).containsExactly(deliveries.get(1).tag());
		}
	}

	@Test
	void fetchIsReadBackWhenRedisIsReachableAgain() throws Exception {
		redis.commands().lpush("q", message("1"));
		try (TcpProxy proxy = new TcpProxy(redis.port());
				TestBroker broker = through(proxy);
				QueueConsumer consumer = broker.consume("q")) {
			assertThat(consumer.poll(1, NOW)).hasSize(1);
			redis.commands().lpush("q", message("2"));
			proxy.cutInsteadOfReplyAndRefuse("delivery_tag");
			assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> consumer.poll(1, SOON));
			assertThat(redis.commands().hlen("unacked")).isEqualTo(2);
			proxy.restore();
			assertThat(ids(consumer.poll(1, SOON))).containsExactly("2");
		}
	}

	@Test
	void fetchThatWasLostWhenTheConsumerClosedIsGivenBack() throws Exception {
		redis.commands().lpush("q", message("1"), message("2"));
		try (TcpProxy proxy = new TcpProxy(redis.port()); TestBroker broker = through(proxy)) {
			QueueConsumer consumer = broker.consume("q");
			broker.connections().commands().get(10, TimeUnit.SECONDS);
			proxy.cutInsteadOfReplyAndRefuse("delivery_tag");
			assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> consumer.poll(10, SOON));
			assertThat(redis.commands().hlen("unacked")).isEqualTo(2);
			consumer.close();
			await().untilAsserted(
					() -> assertThat(redis.commands().lrange("q", 0, -1)).containsExactly(message("2"), message("1")));
			assertThat(redis.commands().hlen("unacked")).isZero();
		}
	}

	@Test
	void messagePoppedByBrpopSurvivesTheLossOfTheNextReply() throws Exception {
		try (TcpProxy proxy = new TcpProxy(redis.port());
				TestBroker broker = through(proxy, (options) -> options.waitStrategy(WaitStrategy.BRPOP));
				QueueConsumer consumer = broker.consume("q")) {
			CompletableFuture<?> pushed = CompletableFuture.runAsync(() -> {
				await().until(() -> redis.commands().clientList().contains("cmd=brpop"));
				// The reply of BRPOP has two parts, that of the fetch begins with a
				// number.
				proxy.cutInsteadOfReply("*2\r\n:1\r\n");
				redis.commands().lpush("q", message("1"));
			});
			List<Delivery> deliveries = consumer.poll(1, SOON);
			pushed.join();
			assertThat(proxy.hasCut()).isTrue();
			assertThat(ids(deliveries)).containsExactly("1");
			assertThat(redis.commands().hkeys("unacked")).containsExactly(deliveries.get(0).tag());
		}
	}

	@Test
	void killedConnectionsLoseAndDoubleNothing() throws Exception {
		int count = 3000;
		for (int i = 0; i < count; i++) {
			redis.commands().lpush("q", message(String.valueOf(i)));
		}
		AtomicBoolean done = new AtomicBoolean();
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			List<String> received = new CopyOnWriteArrayList<>();
			CompletableFuture<Void> killer = CompletableFuture.runAsync(() -> {
				while (!done.get()) {
					int before = received.size();
					redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
					await().until(() -> received.size() > before + 20 || done.get());
				}
			});
			List<CompletableFuture<Void>> acks = new ArrayList<>();
			while (received.size() < count) {
				List<Delivery> deliveries = pollPatiently(consumer, 7);
				received.addAll(ids(deliveries));
				deliveries.forEach((delivery) -> acks.add(delivery.ack().toCompletableFuture()));
			}
			done.set(true);
			killer.get(10, TimeUnit.SECONDS);
			CompletableFuture.allOf(acks.toArray(CompletableFuture<?>[]::new)).get(30, TimeUnit.SECONDS);
			Set<String> distinct = new HashSet<>(received);
			assertThat(received).hasSameSizeAs(distinct).hasSize(count);
			assertThat(redis.commands().hlen("unacked")).isZero();
			assertThat(redis.commands().llen("q")).isZero();
		}
	}

	@Test
	void unreachableRedisIsTold() {
		try (TestBroker broker = new TestBroker(new RedisEndpoint.Standalone("127.0.0.1", 1, 0, null, null, null));
				QueueConsumer consumer = broker.consume("q")) {
			assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> consumer.poll(1, SOON))
				.withMessageContaining("redis://127.0.0.1:1/0");
		}
	}

	@Test
	void restartOfRedisIsSurvived() throws Exception {
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			redis.commands().lpush("q", message("1"));
			Delivery old = consumer.poll(1, SOON).get(0);
			redis.stop();
			assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> consumer.poll(1, SOON));
			CompletableFuture<Void> acked = old.ack().toCompletableFuture();
			redis.startAgain();
			acked.get(20, TimeUnit.SECONDS);
			redis.commands().lpush("q", message("2"));
			assertThat(ids(pollPatiently(consumer, 1))).containsExactly("2");
			await().untilAsserted(() -> assertThat(redis.commands().exists("_kombu.binding.q")).isEqualTo(1));
		}
	}

	@Test
	void demotedServerIsLeft() throws Exception {
		try (TestBroker broker = new TestBroker(redis.endpoint()); QueueConsumer consumer = broker.consume("q")) {
			assertThat(consumer.poll(1, NOW)).isEmpty();
			broker.connections().commands().join();
			redis.commands().replicaof("127.0.0.1", 1);
			try {
				assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> consumer.poll(1, NOW))
					.withMessageContaining("READONLY");
				assertThat(broker.transport().declare(CeleryQueue.named("q")).toCompletableFuture())
					.failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.withCauseInstanceOf(BrokerUnavailableException.class);
			}
			finally {
				redis.commands().replicaofNoOne();
			}
			redis.commands().lpush("q", message("1"));
			assertThat(ids(consumer.poll(1, SOON))).containsExactly("1");
		}
	}

	private static List<Delivery> pollPatiently(QueueConsumer consumer, int max) throws InterruptedException {
		while (true) {
			try {
				return consumer.poll(max, SOON);
			}
			catch (BrokerUnavailableException ex) {
				assertThat(ex.getCause()).isNotNull();
			}
		}
	}

	private static TestBroker through(TcpProxy proxy) {
		return through(proxy, UnaryOperator.identity());
	}

	private static TestBroker through(TcpProxy proxy, UnaryOperator<RedisTransportOptions.Builder> options) {
		return new TestBroker(new RedisEndpoint.Standalone("127.0.0.1", proxy.port(), 0, null, null, null), options);
	}

}
