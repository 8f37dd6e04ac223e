package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.testsupport.InMemoryTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(10)
class ReservedTasksTests {

	private final ReservedTasks reserved = new ReservedTasks();

	@Test
	void givesMessagesInOrder() {
		List<Delivery> deliveries = deliveries(3);
		this.reserved.add(deliveries.subList(0, 2));
		this.reserved.add(deliveries.subList(2, 3));
		assertThat(this.reserved.size()).isEqualTo(3);
		assertThat(List.of(this.reserved.take(), this.reserved.take(), this.reserved.take()))
			.containsExactlyElementsOf(deliveries);
	}

	@Test
	void takeWaitsAndIgnoresInterrupts() {
		CompletableFuture<Delivery> taken = CompletableFuture.supplyAsync(() -> {
			Thread.currentThread().interrupt();
			try {
				return this.reserved.take();
			}
			finally {
				Thread.interrupted();
			}
		});
		List<Delivery> deliveries = deliveries(1);
		this.reserved.add(deliveries);
		assertThat(taken.join()).isSameAs(deliveries.get(0));
	}

	@Test
	void isAwaitedByASlotThatHasNothingToDo() {
		assertThat(this.reserved.isAwaited()).isFalse();
		CompletableFuture<Delivery> taken = CompletableFuture.supplyAsync(this.reserved::take);
		await().until(this.reserved::isAwaited);
		this.reserved.add(deliveries(1));
		taken.join();
		assertThat(this.reserved.isAwaited()).isFalse();
		CompletableFuture<Delivery> none = CompletableFuture.supplyAsync(this.reserved::take);
		await().until(this.reserved::isAwaited);
		this.reserved.close();
		assertThat(this.reserved.isAwaited()).isFalse();
		assertThat(none.join()).isNull();
	}

	@Test
	void everyMessageIsTakenOnceByManyThreads() {
		List<Delivery> deliveries = deliveries(10_000);
		List<Delivery> taken = Collections.synchronizedList(new ArrayList<>());
		List<CompletableFuture<Void>> takers = IntStream.range(0, 3).mapToObj((i) -> CompletableFuture.runAsync(() -> {
			Delivery delivery;
			while ((delivery = this.reserved.take()) != null) {
				taken.add(delivery);
			}
		}, (task) -> new Thread(task).start())).toList();
		for (int i = 0; i < deliveries.size(); i += 100) {
			this.reserved.add(deliveries.subList(i, i + 100));
		}
		while (this.reserved.size() > 0) {
			Thread.onSpinWait();
		}
		this.reserved.close();
		takers.forEach(CompletableFuture::join);
		assertThat(taken).containsExactlyInAnyOrderElementsOf(deliveries);
	}

	@Test
	void closeReturnsWhatNobodyTookAndEndsAllTaking() {
		List<Delivery> deliveries = deliveries(2);
		this.reserved.add(deliveries);
		assertThat(this.reserved.close()).containsExactlyElementsOf(deliveries);
		assertThat(this.reserved.take()).isNull();
		assertThat(this.reserved.add(deliveries(1))).isFalse();
		assertThat(this.reserved.close()).isEmpty();
	}

	@Test
	void stalledMessagesAreRemovedTogether() {
		List<Delivery> deliveries = deliveries(3);
		this.reserved.add(deliveries);
		assertThat(this.reserved.removeStalled(TimeUnit.MINUTES.toNanos(1))).isEmpty();
		assertThat(this.reserved.removeStalled(0)).containsExactlyElementsOf(deliveries);
		assertThat(this.reserved.removeStalled(0)).isEmpty();
	}

	private static List<Delivery> deliveries(int count) {
		try (InMemoryTransport transport = new InMemoryTransport()) {
			return IntStream.range(0, count)
				.mapToObj((i) -> transport.deliver("q", String.valueOf(i).getBytes()))
				.toList();
		}
	}

}
