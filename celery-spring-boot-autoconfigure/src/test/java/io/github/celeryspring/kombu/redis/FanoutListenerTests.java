package io.github.celeryspring.kombu.redis;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class FanoutListenerTests {

	private final Queue<String> heard = new ConcurrentLinkedQueue<>();

	private final CountDownLatch gate = new CountDownLatch(1);

	private FanoutListener listener;

	@AfterEach
	void close() {
		this.gate.countDown();
		this.listener.close();
	}

	@Test
	void hearsInOrderOnAThreadOfItsOwn() {
		open((message) -> this.heard.add(KombuKeys.text(message)));
		List<String> sent = IntStream.range(0, 1000).mapToObj(String::valueOf).toList();
		sent.forEach(this::send);
		await().until(() -> this.heard.size() == 1000);
		assertThat(this.heard).containsExactlyElementsOf(sent);
		assertThat(this.listener.dropped()).isZero();
	}

	@Test
	void throwsAwayWhatIsTooMuch() {
		open(this::blocked);
		for (int i = 0; i < FanoutListener.MAX_WAITING + 100; i++) {
			send("x");
		}
		assertThat(this.listener.dropped()).isBetween(99L, 100L);
		this.gate.countDown();
		await().until(() -> this.heard.size() == FanoutListener.MAX_WAITING + 100 - this.listener.dropped());
	}

	@Test
	void throwsAwayWhatIsTooLarge() {
		open(this::blocked);
		byte[] large = new byte[(int) (FanoutListener.MAX_WAITING_BYTES / 4)];
		for (int i = 0; i < 10; i++) {
			this.listener.accept(large);
		}
		assertThat(this.listener.dropped()).isBetween(5L, 6L);
		this.gate.countDown();
		await().until(() -> this.heard.size() == 10 - this.listener.dropped());
		this.listener.accept(large);
		await().until(() -> this.heard.size() == 11 - this.listener.dropped());
	}

	@Test
	void goesOnAfterAFailure() {
		open((message) -> {
			this.heard.add(KombuKeys.text(message));
			throw new IllegalStateException("from the listener");
		});
		send("a");
		send("b");
		await().until(() -> this.heard.size() == 2);
	}

	@Test
	void hearsNothingAfterItWasClosed() throws Exception {
		AtomicInteger left = new AtomicInteger();
		CountDownLatch entered = new CountDownLatch(1);
		this.listener = new FanoutListener("p", (message) -> {
			entered.countDown();
			blocked(message);
		}, (closed) -> left.incrementAndGet());
		send("a");
		send("b");
		assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();
		this.listener.close();
		send("c");
		this.gate.countDown();
		await().until(() -> this.heard.size() == 1);
		assertThat(this.heard).containsExactly("a");
		assertThat(left).hasValue(1);
		assertThat(this.listener.dropped()).isZero();
	}

	private void blocked(byte[] message) {
		try {
			this.gate.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.heard.add((message.length < 10) ? KombuKeys.text(message) : "large");
	}

	private void open(Consumer<byte[]> consumer) {
		this.listener = new FanoutListener("p", consumer, (closed) -> {
		});
	}

	private void send(String message) {
		this.listener.accept(KombuKeys.bytes(message));
	}

}
