package io.github.celeryspring.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(10)
class PrefetchTests {

	private static final long LONG = TimeUnit.MINUTES.toNanos(1);

	private final ExecutorService fetcher = Executors.newSingleThreadExecutor();

	@AfterEach
	void shutDown() {
		this.fetcher.shutdownNow();
	}

	@Test
	void givesUpToTheLimitAndThenNothing() {
		Prefetch prefetch = fixed(4);
		assertThat(prefetch.acquire(3, 0)).isEqualTo(3);
		assertThat(prefetch.acquire(3, 0)).isEqualTo(1);
		assertThat(prefetch.acquire(3, 0)).isZero();
	}

	@Test
	void unusedPermitsCanBeTakenAgain() {
		Prefetch prefetch = fixed(4);
		prefetch.acquire(4, 0);
		prefetch.giveBack(3);
		assertThat(prefetch.acquire(128, 0)).isEqualTo(3);
	}

	@Test
	void waitsUntilAMessageIsSettled() {
		Prefetch prefetch = fixed(1);
		prefetch.acquire(1, 0);
		CompletableFuture<Integer> acquired = CompletableFuture.supplyAsync(() -> prefetch.acquire(1, LONG),
				this.fetcher);
		prefetch.settling();
		assertThat(acquired).isNotDone();
		prefetch.settled();
		assertThat(acquired.join()).isEqualTo(1);
	}

	@Test
	void settlingMessagesDoNotCountAgainstAnAdaptiveLimit() {
		Prefetch prefetch = new Prefetch(new PrefetchLimit(WorkerOptions.builder().concurrency(1).build()));
		prefetch.acquire(1, 0);
		CompletableFuture<Integer> acquired = CompletableFuture.supplyAsync(() -> prefetch.acquire(1, LONG),
				this.fetcher);
		prefetch.settling();
		assertThat(acquired.join()).isEqualTo(1);
		prefetch.settled();
		assertThat(prefetch.acquire(1, 0)).isZero();
	}

	@Test
	void wakeupEndsTheWait() {
		Prefetch prefetch = fixed(1);
		prefetch.acquire(1, 0);
		CompletableFuture<Integer> acquired = CompletableFuture.supplyAsync(() -> prefetch.acquire(1, LONG),
				this.fetcher);
		prefetch.wakeup();
		assertThat(acquired.join()).isZero();
		assertThat(prefetch.acquire(1, LONG)).isZero();
	}

	@Test
	void interruptDoesNotEndTheWait() {
		Prefetch prefetch = fixed(1);
		prefetch.acquire(1, 0);
		CompletableFuture<Integer> acquired = CompletableFuture.supplyAsync(() -> {
			Thread.currentThread().interrupt();
			return prefetch.acquire(1, LONG);
		}, this.fetcher);
		prefetch.settling();
		prefetch.settled();
		assertThat(acquired.join()).isEqualTo(1);
	}

	@Test
	void isIdleWhenEveryPermitIsBack() throws InterruptedException {
		Prefetch prefetch = fixed(2);
		assertThat(prefetch.awaitIdle(0)).isTrue();
		prefetch.acquire(2, 0);
		assertThat(prefetch.awaitIdle(1)).isFalse();
		prefetch.giveBack(1);
		prefetch.settling();
		CompletableFuture<Void> settled = CompletableFuture.runAsync(prefetch::settled, this.fetcher);
		assertThat(prefetch.awaitIdle(LONG)).isTrue();
		settled.join();
	}

	@Test
	void noPermitIsLostBetweenManyThreads() {
		Prefetch prefetch = fixed(8);
		int messages = 200_000;
		ExecutorService slots = Executors.newFixedThreadPool(3);
		try {
			int fetched = 0;
			while (fetched < messages) {
				int permits = prefetch.acquire(5, LONG);
				assertThat(permits).isPositive();
				fetched += permits;
				for (int i = 0; i < permits; i++) {
					slots.execute(() -> {
						prefetch.settling();
						prefetch.settled();
					});
				}
			}
		}
		finally {
			slots.shutdown();
		}
	}

	private static Prefetch fixed(int limit) {
		return new Prefetch(
				new PrefetchLimit(WorkerOptions.builder().concurrency(1).prefetchMultiplier(limit).build()));
	}

}
